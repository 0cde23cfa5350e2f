# tapster: kernel-speed networking for virtual machines without root.
#
#   make            the helper and the command line, as users install them
#   make install    PREFIX=/usr/local and DESTDIR= as usual; never overwrites a file in /etc
#   make demo       a guest on the default network, start to end, in namespaces (root)
#   make check      lint, build, all tests (root); what .ci/run runs
#   make bench      Benchmarks/results.md anew (root)

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=

# The toolchain's own place, for machines where nobody put it into PATH.
export PATH := $(PATH):/opt/swift/usr/bin

HELPER := .build-helper/release/tapster-helper
TAPSTER := .build-release/release/tapster
LIBEXEC := $(DESTDIR)$(PREFIX)/libexec/tapster
BIN := $(DESTDIR)$(PREFIX)/bin
MAN := $(DESTDIR)$(PREFIX)/share/man
ETC := $(DESTDIR)$(SYSCONFDIR)/tapster

.PHONY: all helper tapster install install-files uninstall demo check bench deps format clean

all: helper tapster

helper:
	swift build -c release --traits Embedded --product tapster-helper --disable-local-rpath \
	  --scratch-path .build-helper

tapster:
	swift build -c release --product tapster --static-swift-stdlib --scratch-path .build-release

install: all install-files

# Without building: for packagers, and for the demo, which is root but owns no toolchain.
install-files:
	install -d $(LIBEXEC) $(BIN) $(ETC)/networks/autostart
	install -m 4755 $(HELPER) $(LIBEXEC)/tapster-helper
	install -m 755 $(TAPSTER) $(BIN)/tapster
	for page in $(wildcard man/*.[58]); do \
	  install -D -m 644 $$page $(MAN)/man$${page##*.}/$${page##*/} || exit; \
	done
	test -e $(ETC)/acl.conf || install -m 644 etc/acl.conf $(ETC)/acl.conf
	test -e $(ETC)/networks/default.xml || \
	  install -m 644 etc/networks/default.xml $(ETC)/networks/default.xml

# What the administrator wrote, in /etc, stays.
uninstall:
	rm -f $(LIBEXEC)/tapster-helper $(BIN)/tapster
	rm -f $(addprefix $(MAN)/man5/,$(notdir $(wildcard man/*.5)))
	rm -f $(addprefix $(MAN)/man8/,$(notdir $(wildcard man/*.8)))
	-rmdir --ignore-fail-on-non-empty $(LIBEXEC)

deps:
	.ci/deps

demo: deps all
	Demo/demo

check: deps
	.ci/check

bench: deps all
	Tests/Guest/build-guest
	Benchmarks/run all

format:
	swift format -i --parallel -r --configuration .swift-format Sources Tests Package.swift

clean:
	rm -rf .build .build-helper .build-release .build-guest .build-bench
