# make [CONFIG=release|debug|asan|fault] [ROOMS="base crypto"] [V=1]
#
# Everything made lands in build/<config>/.  `make help` lists the targets.
# Sources are found by wildcard: a new file or folder needs no edit here.
# ROOMS limits the library and its tests to the rooms named; no adapter then.

CONFIG ?= release
ROOMS  ?= *
BUILD  ?= build
B      := $(BUILD)/$(CONFIG)
PREFIX ?= /usr/local
VERSION := $(shell sed -n 's/.*SEMPER_VERSION "\(.*\)"/\1/p' protocols/base/version.h)
JOBS   ?= $(shell nproc 2>/dev/null || echo 1)

MODE.release := -O2 -g -fstack-protector-strong
MODE.debug   := -O0 -g
MODE.asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
                -fno-omit-frame-pointer
MODE.fault   := -O2 -g -DSEMPER_FAULTS
MODE.cover   := -O0 -g --coverage
MODE.fuzz    := -O1 -g -fsanitize=address,undefined,fuzzer-no-link \
                -fno-sanitize-recover=all
ifeq ($(MODE.$(CONFIG)),)
$(error CONFIG=$(CONFIG) is none of release, debug, asan, fault, fuzz, cover)
endif
ifeq ($(CONFIG),fuzz)
CC := clang
endif

# pkg-config is asked once, and only by a recipe: `make check` can install
# what is missing before anything is looked for.
ask = $(eval $(1) := $$(shell pkg-config $(2)))$($(1))
LIB_PC         := hogweed nettle gmp libtasn1 sqlite3
LIB_PC_CFLAGS  = $(call ask,LIB_PC_CFLAGS,--cflags $(LIB_PC) jansson cunit)
LIB_PC_LIBS    = $(call ask,LIB_PC_LIBS,--libs $(LIB_PC))
JANSSON_LIBS   = $(call ask,JANSSON_LIBS,--libs jansson)
CUNIT_LIBS     = $(call ask,CUNIT_LIBS,--libs cunit)
OPENSSL_LIBS   = $(call ask,OPENSSL_LIBS,--libs libcrypto)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
        -Wmissing-prototypes -Werror
ALL_CPPFLAGS = -I. -Iprotocols -D_POSIX_C_SOURCE=200809L $(LIB_PC_CFLAGS) \
               $(CPPFLAGS)
ALL_CFLAGS   = -std=c11 $(WARN) $(MODE.$(CONFIG)) $(CFLAGS)
ALL_LIBS     = $(LIB_PC_LIBS) -lpthread $(LDLIBS)

sources   = $(sort $(foreach d,$(1),$(wildcard $(d)/*.c)))
LIB_SRC   := $(call sources,asn1 $(ROOMS:%=protocols/%))
TEST_SRC  := tests/main.c $(filter-out tests/bench/% tests/fuzz/% tests/ct/% \
             tests/crash/% tests/alloc/% tests/mutants/%, \
             $(call sources,tests/asn1 $(ROOMS:%=tests/%)))
IUT_SRC   := $(if $(filter *,$(ROOMS)),$(call sources,conformance/adapter))
PEER_SRC  := $(if $(filter *,$(ROOMS)),$(call sources,conformance/peers))
BENCH_SRC := $(call sources,tests/bench) tests/ikp/stage.c
FUZZ_SRC  := $(wildcard tests/fuzz/fuzz_*.c)
ASN       := $(sort $(wildcard asn1/*.asn))
TABLES    := $(ASN:asn1/%.asn=$(B)/gen/%_asn1_tab.c)

LIB_OBJ   := $(LIB_SRC:%.c=$(B)/%.o) $(B)/gen/asn1_modules.o
TEST_OBJ  := $(TEST_SRC:%.c=$(B)/%.o)
IUT_OBJ   := $(IUT_SRC:%.c=$(B)/%.o)
BENCH_OBJ := $(BENCH_SRC:%.c=$(B)/%.o)
PEER_OBJ  := $(PEER_SRC:%.c=$(B)/%.o)

LIB   := $(B)/libsemper.a
TESTS := $(B)/tests/all
IUT   := $(if $(IUT_SRC),$(B)/bin/semper-iut)
PEER  := $(if $(PEER_SRC),$(B)/bin/semper-peer)
BENCH := $(if $(BENCH_SRC),$(B)/bin/bench)
FUZZ  := $(FUZZ_SRC:tests/fuzz/%.c=$(B)/bin/%)
REPLAY := $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(B)/bin/replay_%)

Q   := $(if $(V),,@)
say  = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.PHONY: all setup conform check check-fast check-long bench mutants unit fuzz fuzz-run \
        fuzz-cover replay alloc install docs clean help FORCE

all: $(LIB) $(IUT) $(PEER)

# ---- what a person types ---------------------------------------------------

setup:
	$(Q)harness/tools/setup.sh

conform: setup
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) all
	$(Q)mkdir -p $(BUILD)/report
	$(Q)harness/semper conform --html $(BUILD)/report/index.html

check: setup
	$(Q)tclsh8.6 harness/tools/check.tcl -build $(BUILD) -jobs $(JOBS) full

check-fast: setup
	$(Q)tclsh8.6 harness/tools/check.tcl -build $(BUILD) -jobs $(JOBS) fast

check-long: setup
	$(Q)tclsh8.6 harness/tools/check.tcl -build $(BUILD) -jobs $(JOBS) long

unit: $(TESTS)
	$(Q)$<

mutants:
	$(Q)tclsh8.6 tests/mutants/mutants.tcl $(MUTANTS)

bench: $(BENCH) $(IUT)
	$(Q)mkdir -p $(BUILD)/report
	$(Q)$< $(BUILD)/report/bench.json
	$(Q)tclsh8.6 harness/tools/bench.tcl $(BUILD)/report/bench.json

# Each target gets FUZZ_SECONDS; what it learns stays in build/fuzz/corpus/.
FUZZ_SECONDS ?= 60
FUZZ_LEN.pki := 16384
FUZZ_LEN.line := 16384
FUZZ_LEN.role := 256
FUZZ_LEN.clear := 256
FUZZ_LEN.micro := 256
FUZZ_LEN.judge := 256
fuzz:
	$(Q)$(MAKE) --no-print-directory CONFIG=fuzz fuzz-run

fuzz-run: $(FUZZ:$(B)/bin/fuzz_%=fuzz-run-%)

fuzz-run-%: $(B)/bin/fuzz_%
	$(Q)mkdir -p $(B)/corpus/$* tests/fuzz/corpus/$*
	$(Q)[ -d $(B)/seeds/$* ] || tclsh8.6 tests/fuzz/seeds.tcl $(B)/seeds $* >/dev/null
	$(Q)$< -max_total_time=$(FUZZ_SECONDS) -max_len=$(or $(FUZZ_LEN.$*),4096) \
	    -timeout=60 -verbosity=0 -print_final_stats=1 \
	    -artifact_prefix=$(B)/$*- $(B)/corpus/$* tests/fuzz/corpus/$* \
	    $(B)/seeds/$* >$(B)/$*.log 2>&1 || { tail -40 $(B)/$*.log; exit 1; }
	@printf '%-8s %9s inputs\n' $* \
	    $$(sed -n 's/^stat::number_of_executed_units: *//p' $(B)/$*.log)

# The committed inputs, without libFuzzer: `make CONFIG=asan replay`.
replay: $(REPLAY)
	$(Q)for f in $(REPLAY); do \
	    name=$${f##*/replay_}; \
	    printf '%-8s ' $$name; $$f tests/fuzz/corpus/$$name/* || exit 1; \
	done

# What the inputs reach, committed and learnt: `make CONFIG=cover fuzz-cover`.
fuzz-cover: $(REPLAY)
	$(Q)tclsh8.6 tests/fuzz/coverage.tcl $(B) tests/fuzz/corpus \
	    $(BUILD)/fuzz/corpus

# Allocation failures, in the sanitizer build: `make CONFIG=asan alloc`.
alloc: $(B)/bin/alloc
	$(Q)$< $(ALLOC)

clean:
	rm -rf $(BUILD)

help:
	@printf '%s\n' \
	'make               libsemper.a, the adapter, the peer, in build/release/' \
	'make CONFIG=X      the same as debug, asan (sanitizers) or fault' \
	'make setup         install missing Debian packages (no-op if all there)' \
	'make conform       setup, build, run the conformance suite' \
	'make check         setup, then every test; check-fast, check-long' \
	'make unit          build and run the CUnit tests of one CONFIG' \
	'make bench         measure; writes build/report/bench.json' \
	'make mutants      one small change at a time, MUTANTS="-sample 50"' \
	'make fuzz          FUZZ_SECONDS=60 per target (clang)' \
	'make CONFIG=cover fuzz-cover    lines the fuzz inputs reach' \
	'make docs          the specification as HTML with diagrams, build/docs/' \
	'make install       library, headers, semper.pc, semper-iut, semper-peer,'\
	'                   man pages (PREFIX, DESTDIR)' \
	'make clean         remove build/' \
	'' \
	'V=1 shows commands; ROOMS="base crypto" builds only these rooms;' \
	'BUILD=DIR builds elsewhere; CC, CFLAGS, CPPFLAGS, LDFLAGS as usual.'

# ---- library and programs --------------------------------------------------

$(LIB): $(LIB_OBJ) $(B)/library.list
	$(call say,AR,$@)
	$(Q)rm -f $@; $(AR) rcs $@ $(LIB_OBJ)

$(TESTS): $(TEST_OBJ) $(LIB) $(B)/tests.list
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(TEST_OBJ) $(LIB) \
	    $(CUNIT_LIBS) $(ALL_LIBS)

$(IUT): $(IUT_OBJ) $(LIB)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(JANSSON_LIBS) $(ALL_LIBS)

$(PEER): $(PEER_OBJ) $(LIB)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ALL_LIBS)

$(BENCH): $(BENCH_OBJ) $(LIB)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(OPENSSL_LIBS) \
	    $(CUNIT_LIBS) $(ALL_LIBS)

# A fuzz target may put a function of its own before one of the library.
WRAP.pki  := -Wl,--wrap=semper_pkcs1_verify
WRAP.lies := -Wl,--wrap=ikp_verify,--wrap=semper_ct_equal,--wrap=semper_hpke_open
WRAP.role = $(WRAP.lies)
WRAP.clear = $(WRAP.lies)
WRAP.micro = $(WRAP.lies)
WRAP.judge = $(WRAP.lies)

$(B)/bin/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/fuzz.a $(LIB)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(WRAP.$*) $(LDFLAGS) -o $@ \
	    $^ $(CUNIT_LIBS) $(JANSSON_LIBS) $(ALL_LIBS)

$(B)/bin/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o \
                   $(B)/fuzz.a $(LIB)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(WRAP.$*) $(LDFLAGS) -o $@ $^ $(CUNIT_LIBS) \
	    $(JANSSON_LIBS) $(ALL_LIBS)

$(B)/bin/alloc: $(B)/tests/alloc/alloc.o $(B)/fuzz.a $(LIB)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	    $(LDFLAGS) -o $@ $^ $(CUNIT_LIBS) $(JANSSON_LIBS) $(ALL_LIBS)

# What the targets need beside the library: the stage, the adapter's lines.
$(B)/fuzz.a: $(B)/tests/ikp/stage.o \
             $(patsubst %.c,$(B)/%.o,$(filter-out %/replay.c $(FUZZ_SRC), \
                 $(call sources,tests/fuzz))) \
             $(filter-out $(B)/conformance/adapter/main.o,$(IUT_OBJ))
	$(Q)rm -f $@; $(AR) rcs $@ $^

$(B)/%.o: %.c $(B)/flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- schema tables ---------------------------------------------------------
# asn1Parser makes one const table per module; one generated file joins them,
# so there is no list to keep.

$(B)/gen/%_asn1_tab.c: asn1/%.asn
	$(call say,ASN1,$<)
	$(Q)mkdir -p $(@D)
	$(Q)asn1Parser -o $@ -n semper_$*_asn1_tab $< >$(@:.c=.log) 2>&1 || \
	    { cat $(@:.c=.log); exit 1; }

$(B)/gen/asn1_modules.c: harness/tools/asn1-tables.tcl $(TABLES) $(B)/modules.list
	$(call say,GEN,$@)
	$(Q)tclsh8.6 $< $(ASN:asn1/%.asn=%) >$@

$(B)/gen/asn1_modules.o: $(B)/gen/asn1_modules.c $(B)/flags
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) -I$(@D) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- stamps: rewritten only when what they record has changed --------------

stamp = @mkdir -p $(@D); echo '$(1)' | cmp -s - $@ || echo '$(1)' >$@
$(B)/flags: FORCE
	$(call stamp,$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS))
$(B)/library.list: FORCE
	$(call stamp,$(LIB_OBJ))
$(B)/tests.list: FORCE
	$(call stamp,$(TEST_OBJ))
$(B)/modules.list: FORCE
	$(call stamp,$(ASN))

# ---- install and documents -------------------------------------------------

LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
BINDIR     ?= $(PREFIX)/bin
MANDIR     ?= $(PREFIX)/share/man
install: $(LIB) $(IUT) $(PEER)
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(BINDIR)
	install -m 644 $(LIB) $(DESTDIR)$(LIBDIR)
	$(Q)headers=$$(tclsh8.6 harness/tools/public-headers.tcl) || exit 1; \
	for h in $$headers; do \
	    install -D -m 644 $$h \
	        $(DESTDIR)$(INCLUDEDIR)/semper/$${h#protocols/} || exit 1; \
	done
	$(Q)for p in $(IUT) $(PEER); do \
	    install -m 755 $$p $(DESTDIR)$(BINDIR) || exit 1; \
	done
	$(Q)tclsh8.6 harness/tools/man.tcl $(B)/bin $(B)/man
	install -d $(DESTDIR)$(MANDIR)/man1
	install -m 644 $(B)/man/*.1 $(DESTDIR)$(MANDIR)/man1
	$(Q)printf '%s\n' 'Name: semper' \
	    'Description: SEMPER payment and exchange protocols' \
	    'Version: $(VERSION)' \
	    'Requires: $(LIB_PC)' \
	    'Cflags: -I$(INCLUDEDIR)/semper' \
	    'Libs: -L$(LIBDIR) -lsemper -lpthread' \
	    >$(DESTDIR)$(LIBDIR)/pkgconfig/semper.pc

docs:
	$(Q)tclsh8.6 harness/docs/docs.tcl $(BUILD)/docs $(BUILD)

-include $(LIB_OBJ:.o=.d) $(TEST_OBJ:.o=.d) $(IUT_OBJ:.o=.d) $(PEER_OBJ:.o=.d) \
         $(BENCH_OBJ:.o=.d) \
         $(patsubst %.c,$(B)/%.d,$(call sources,tests/fuzz))
