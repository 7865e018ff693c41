# ikp_channel.tcl -- the confidential channel of 1KP (spec/ikp-clearing.md 3): sealed
# requests of the seller, sealed answers of the acquirer.
#
#   channel request SESSION IDS PUBLIC SECRET IKMR IKME TYPE BODY   -> {SealedReq (value)
#                                          secret of the replyKey}
#   channel opened SESSION REQUEST KEY     -> SealedBody (value), with the channel key
#   channel answer REQUEST REPLYKEY IKME TYPE BODY     -> SealedRes (value)
#   channel answered REQUEST KEY RESPONSE  -> SealedAnswer (value), with the secret of
#                                          the replyKey
#
#   channel head SESSION IDS, channel bound REQUEST       what a request, and its answer,
#                                          is bound to as additional data
#   channel seal PUBLIC IKME AAD PLAINTEXT -> {enc ct}      channel info
#
# What does not open has errorcode {ORACLE auth ..} or {ORACLE malformed ..}.

package require Tcl 8.6-

namespace eval ::oracle::ikp::channel {
	namespace path {::oracle::ikp ::oracle}
	namespace export {[a-z]*}
	namespace ensemble create
}

proc ::oracle::ikp::channel::info {} { return [common context channel] }

proc ::oracle::ikp::channel::head {session idS} {
	return [common h hard channel-request \
		[der encode IKP SealedHead [dict create session $session idS $idS]]]
}

proc ::oracle::ikp::channel::bound {request} {
	return [common h hard channel-response [der encode IKP SealedReq $request]]
}

proc ::oracle::ikp::channel::seal {public ikmE aad plaintext} {
	set context [hpke sender $public [info] $ikmE]
	return [list [dict get $context enc] [hpke seal $context 0 $aad $plaintext]]
}

proc ::oracle::ikp::channel::request {session idS public secret ikmR ikmE type body} {
	lassign [hpke derive $ikmR] replySecret replyKey
	set plaintext [der encode IKP SealedBody [dict create secret $secret replyKey $replyKey \
		type $type body $body]]
	lassign [seal $public $ikmE [head $session $idS] $plaintext] enc ct
	return [list [dict create idS $idS enc $enc ct $ct] $replySecret]
}

proc ::oracle::ikp::channel::opened {session request key} {
	set context [hpke receiver $key [dict get $request enc] [info]]
	set aad [head $session [dict get $request idS]]
	return [der decode IKP SealedBody [hpke open $context 0 $aad [dict get $request ct]]]
}

proc ::oracle::ikp::channel::answer {request replyKey ikmE type body} {
	set plaintext [der encode IKP SealedAnswer [dict create type $type body $body]]
	lassign [seal $replyKey $ikmE [bound $request] $plaintext] enc ct
	return [dict create idS [dict get $request idS] enc $enc ct $ct]
}

proc ::oracle::ikp::channel::answered {request key response} {
	set context [hpke receiver $key [dict get $response enc] [info]]
	return [der decode IKP SealedAnswer \
		[hpke open $context 0 [bound $request] [dict get $response ct]]]
}
