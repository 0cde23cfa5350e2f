# tapster: kernel-speed networking for virtual machines without root.
#
#   make            the helper and the command line, as users install them
#   make install    PREFIX=/usr/local and DESTDIR= as usual; never overwrites a file in /etc
#   make deb        Debian packages of both, in .build-deb
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
SHARE := $(DESTDIR)$(PREFIX)/share
MAN := $(SHARE)/man
ETC := $(DESTDIR)$(SYSCONFDIR)/tapster

# Places that others look into: systemd, polkit (which knows no prefix), shells.
UNITDIR ?= $(PREFIX)/lib/systemd/system
POLKITDIR ?= /usr/share/polkit-1
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions

UNITS := $(notdir $(wildcard systemd/*.service systemd/*.socket systemd/*.path))
# With the places of this installation in it.
PLACED := sed -E 's%/usr(/local)?/(bin|libexec)/tapster%$(PREFIX)/\2/tapster%g'
BASH_COMPLETION := $(SHARE)/bash-completion/completions/tapster
ZSH_COMPLETION := $(DESTDIR)$(ZSHDIR)/_tapster
FISH_COMPLETION := $(SHARE)/fish/vendor_completions.d/tapster.fish
SYSUSERS := $(DESTDIR)$(PREFIX)/lib/sysusers.d/tapster.conf
TMPFILES := $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/tapster.conf
POLICY := $(DESTDIR)$(POLKITDIR)/actions/org.tapster.policy
RULES := $(DESTDIR)$(POLKITDIR)/rules.d/50-tapster.rules

# Whose the tree is, he builds, also by `sudo make demo`: what root had made he could not make anew,
# nor root where his lock lies in /tmp (protected_regular, man 5 proc).
OWNER := $(shell stat -c %U .)
ifeq ($(shell id -u)$(filter root,$(OWNER)),0)
AS_OWNER := runuser -u $(OWNER) -- env HOME="$(shell getent passwd $(OWNER) | cut -d: -f6)"
endif

.PHONY: all helper tapster install install-files uninstall deb demo check bench deps format clean

all: helper tapster

helper:
	$(AS_OWNER) swift build -c release --traits Embedded --product tapster-helper --disable-local-rpath \
	  --scratch-path .build-helper

tapster:
	$(AS_OWNER) swift build -c release --product tapster --static-swift-stdlib \
	  --disable-local-rpath --scratch-path .build-release

install: all install-files

# Without building: for packagers, and for the demo, which is root but owns no toolchain.
install-files:
	install -d $(LIBEXEC) $(BIN) $(ETC)/networks/autostart
	install -m 4755 $(HELPER) $(LIBEXEC)/tapster-helper
	install -m 755 $(TAPSTER) $(BIN)/tapster
	install -d $(MAN)/man5 $(MAN)/man8
	umask 022 && for page in $(wildcard man/*.[58]); do \
	  $(PLACED) $$page >$(MAN)/man$${page##*.}/$${page##*/} || exit; \
	done
	install -D -m 755 systemd/supervise-networks $(LIBEXEC)/supervise-networks
	install -D -m 644 systemd/tapster.sysusers.conf $(SYSUSERS)
	install -D -m 644 systemd/tapster.tmpfiles.conf $(TMPFILES)
	install -D -m 644 polkit/50-tapster.rules $(RULES)
	install -d $(dir $(POLICY) $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION)) \
	  $(DESTDIR)$(UNITDIR)
	umask 022 && $(PLACED) polkit/org.tapster.policy >$(POLICY)
	umask 022 && for unit in $(UNITS); do \
	  $(PLACED) "systemd/$$unit" >"$(DESTDIR)$(UNITDIR)/$$unit" || exit; \
	done
	umask 022 && $(TAPSTER) --generate-completion-script bash >$(BASH_COMPLETION)
	umask 022 && $(TAPSTER) --generate-completion-script zsh >$(ZSH_COMPLETION)
	umask 022 && $(TAPSTER) --generate-completion-script fish >$(FISH_COMPLETION)
	test -e $(ETC)/acl.conf || install -m 644 etc/acl.conf $(ETC)/acl.conf
	test -e $(ETC)/networks/default.xml || \
	  install -m 644 etc/networks/default.xml $(ETC)/networks/default.xml

# What the administrator wrote, in /etc, stays.
uninstall:
	rm -f $(LIBEXEC)/tapster-helper $(LIBEXEC)/supervise-networks $(BIN)/tapster
	rm -f $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION)
	rm -f $(SYSUSERS) $(TMPFILES) $(POLICY) $(RULES) $(addprefix $(DESTDIR)$(UNITDIR)/,$(UNITS))
	rm -f $(addprefix $(MAN)/man5/,$(notdir $(wildcard man/*.5)))
	rm -f $(addprefix $(MAN)/man8/,$(notdir $(wildcard man/*.8)))
	-rmdir --ignore-fail-on-non-empty $(LIBEXEC)

# As a user or as root; dpkg-buildpackage does the same, and puts them beside the source.
deb: all
	mkdir -p .build-deb
	rm -f .build-deb/*.deb
	debian/rules clean
	DEB_RULES_REQUIRES_ROOT=no TAPSTER_BUILT=yes TAPSTER_DEBS=$(CURDIR)/.build-deb \
	  debian/rules binary

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
	rm -rf .build .build-helper .build-release .build-guest .build-bench .build-deb .build-packages
