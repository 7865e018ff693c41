#!/usr/bin/env escript
%% asn1-samples.escript FILE BEAMS...
%%
%% A third opinion on the accepted encodings: Erlang's asn1ct, which shares no
%% line with the C codec or the Tcl oracle, decodes each and encodes the value
%% again to the same octets.  FILE has lines "id module type hex"; BEAMS are
%% folders with the compiled modules.  Ends with `N passed, N failed`.

main([File | Beams]) ->
    [true = code:add_path(B) || B <- Beams],
    {ok, Text} = file:read_file(File),
    Lines = binary:split(Text, <<"\n">>, [global, trim_all]),
    Results = [check(binary:split(L, <<" ">>, [global])) || L <- Lines],
    Failed = length([R || R <- Results, not R]),
    io:format("~b passed, ~b failed~n", [length(Results) - Failed, Failed]),
    halt(case Failed > 0 orelse Results =:= [] of true -> 1; false -> 0 end).

check([Id, Module, Type, Hex]) ->
    Der = octets(Hex),
    M = binary_to_atom(Module),
    T = binary_to_atom(Type),
    case catch again(M, T, Der) of
        Der -> true;
        Other ->
            io:format("~s ~s: ~P~n", [Id, Type, Other, 14]),
            false
    end.

again(M, T, Der) ->
    {ok, Value} = M:decode(T, Der),
    {ok, Again} = M:encode(T, Value),
    Again.

octets(Hex) ->
    << <<(binary_to_integer(<<H, L>>, 16))>> || <<H, L>> <= Hex >>.
