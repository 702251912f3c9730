# make build | test | fuzz | sanitize | lint | demo | chaos | power-cut | faulty-disk | faulty-cloud | hostile-answers | attack | bench |
# hot-paths | install | deb. Each installs what it needs from Debian packages first (as root).

PREFIX ?= /usr
SYSCONFDIR ?= /etc
DESTDIR ?=
CONFIGURATION ?= release
# Where install takes the programs from.
BINARY_DIR ?= .build/$(CONFIGURATION)
SWIFT ?= swift
# How long each target of make fuzz runs, and how many do at once; FUZZ=--ours for a look without a build from nothing.
SECONDS ?= 60
AT_ONCE ?= 2
FUZZ ?=
# Debian packages: to build, to try out and test.
BUILD_PACKAGES = libsystemd-dev libsqlite3-dev pkg-config python3-minimal binutils
DEMO_PACKAGES = $(BUILD_PACKAGES) curl jq systemd
PACKAGING_PACKAGES = debhelper lintian
BENCH_PACKAGES = $(BUILD_PACKAGES) webhook inotify-tools curl jq nginx-light wrk python3-requests binutils
TEST_PACKAGES = $(BUILD_PACKAGES) $(PACKAGING_PACKAGES) mandoc curl jq shellcheck systemd-container xfsprogs eatmydata sqlite3 \
	perl valgrind binutils rsync openssh-server openssh-sftp-server samba smbclient ffmpeg imagemagick sox libheif-examples zip nginx-light caddy openssl openssh-client zsh fish prometheus

BINDIR = $(DESTDIR)$(PREFIX)/bin
LIBDIR = $(DESTDIR)$(PREFIX)/lib
SHAREDIR = $(DESTDIR)$(PREFIX)/share
DOCDIR = $(SHAREDIR)/doc/runninghubd
ETCDIR = $(DESTDIR)$(SYSCONFDIR)/runninghubd

# Mount points in the service's view of the file system (RootDirectory= in the unit).
ROOT_FOLDERS = bin dev etc home lib lib64 proc root run sbin sys tmp usr var/lib/runninghubd var/spool/runninghubd var/tmp

.PHONY: all build build-deps test-deps test unit-tests system-tests fuzz sanitize lint demo install uninstall clean
all: build

build: build-deps
	@scripts/require-swift $(SWIFT)
	$(SWIFT) build --configuration $(CONFIGURATION) --static-swift-stdlib --product runninghubd \
		$$(scripts/icu-data .build/icu $(SWIFT))
	$(SWIFT) build --configuration $(CONFIGURATION) --static-swift-stdlib --product runninghub-simulator \
		$$(scripts/icu-data .build/icu $(SWIFT))

build-deps:
	@scripts/require-packages $(BUILD_PACKAGES)

test-deps:
	@scripts/require-packages $(TEST_PACKAGES)

test: unit-tests system-tests

unit-tests: test-deps
	SWIFT="$(SWIFT)" scripts/unit-tests

# In a real systemd; skipped with a sentence where root or systemd-nspawn is missing.
system-tests: test-deps
	$(SWIFT) build --product runninghubd
	$(SWIFT) build --product runninghub-simulator
	$(SWIFT) build --product laboratory
	Tests/System/run --build .build/debug

# Each target for so many seconds; scripts/fuzz takes single targets too.
fuzz: build-deps
	SWIFT="$(SWIFT)" scripts/fuzz $(FUZZ) --seconds $(SECONDS) --at-once $(AT_ONCE)

# The whole suite under ThreadSanitizer, then under AddressSanitizer.
sanitize: build-deps
	SWIFT="$(SWIFT)" scripts/sanitize

lint: test-deps
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Fuzz/Sources
	shellcheck --external-sources --source-path=SCRIPTDIR Tests/System/run Tests/System/inside Tests/System/lib.sh Tests/System/scenarios/*.sh \
		Tests/System/zoo/writer Tests/System/zoo/no-network \
		$(filter-out scripts/icu-data,$(wildcard scripts/*)) .ci/run Examples/media/make-media debian/postinst debian/postrm \
		Benchmarks/peers/shell/watch Benchmarks/peers/shell/submit Benchmarks/peers/shell/fetch
	mandoc -T lint -W warning man/*

# The whole job against the simulator, in a folder that vanishes: four media files in, their results out.
demo:
	@scripts/require-packages $(DEMO_PACKAGES)
	@scripts/require-swift $(SWIFT)
	$(SWIFT) build --product runninghubd
	$(SWIFT) build --product runninghub-simulator
	@scripts/demo --build .build/debug

# Experiments on the programs in LABORATORY_BUILD (docs/proof tells what they show): the daemon is killed again and again;
# its disk loses its power again and again; its disk fails for a while in every way.
LABORATORY_BUILD ?= .build/debug
SEED ?= 1
KILLS ?= 300
CUTS ?= 50
FAULTS ?= --short --length 6 --at-once 12

.PHONY: laboratory chaos power-cut faulty-disk attack hostile-answers faulty-cloud
laboratory: test-deps
	$(SWIFT) build --product runninghubd
	$(SWIFT) build --product runninghub-simulator
	$(SWIFT) build --product laboratory
	clang -O1 -fPIC -Wall -Wextra -Werror -shared -o .build/debug/libclocks.so Tests/Clocks/clocks.c

chaos: laboratory
	.build/debug/laboratory chaos --build $(LABORATORY_BUILD) --seed $(SEED) --kills $(KILLS)

# As root: it mounts, in a namespace of its own. The second run must find losses: nothing is flushed in it.
power-cut: laboratory
	unshare --mount --propagation private .build/debug/laboratory power-cut --build $(LABORATORY_BUILD) --seed $(SEED) --cuts $(CUTS)
	unshare --mount --propagation private .build/debug/laboratory power-cut --build $(LABORATORY_BUILD) --seed $(SEED) --cuts 50 --unflushed

# As root: it mounts, in a namespace of its own. FAULTS= tries every call with every error, for 75 s each.
faulty-disk: laboratory
	clang -O1 -fPIC -shared -Wall -Wextra -Werror -o .build/faulty-calls.so Tests/FaultyCalls/faulty-calls.c
	unshare --mount --propagation private .build/debug/laboratory faulty-disk --build $(LABORATORY_BUILD) --seed $(SEED) $(FAULTS)

# The listener under every attack that is known, while honest callers go on.
attack: laboratory
	.build/debug/laboratory attack --build $(LABORATORY_BUILD) --short --within 5000

# A cloud that means harm: each of its answers is refused or bounded, with a sentence.
hostile-answers: laboratory
	.build/debug/laboratory hostile-answers --build $(LABORATORY_BUILD)

# Everything goes wrong in the cloud at once, callbacks are lost or come a hundred times, the clock jumps; SHORT= for figures.
SHORT ?= --short
TRIALS ?=
faulty-cloud: laboratory
	.build/debug/laboratory faulty-cloud --build $(LABORATORY_BUILD) --seed $(SEED) $(SHORT) $(TRIALS)

# How fast and how small, beside what people would use instead: Benchmarks/README.md. BENCH="--short callbacks" for a look at some of it.
BENCH ?=
.PHONY: bench
bench: build
	@scripts/require-packages $(BENCH_PACKAGES)
	$(SWIFT) build --configuration $(CONFIGURATION) --static-swift-stdlib --product laboratory
	Benchmarks/run --build .build/$(CONFIGURATION) --json .build/bench.json $(BENCH)

# The instructions of the hot paths, beside those that are known.
.PHONY: hot-paths
hot-paths: test-deps
	$(SWIFT) build --configuration release --static-swift-stdlib --product hot-paths
	SWIFT="$(SWIFT)" scripts/hot-paths

# Lays the files out below DESTDIR. What an administrator may have changed is left as it is. On the running system (no
# DESTDIR, as root) the users, folders, catalog and units are also made known to it, so that
#     make install && systemctl enable --now runninghubd
# is a working service.
install:
	@test -x "$(BINARY_DIR)/runninghubd" || { \
		echo "there is no $(BINARY_DIR)/runninghubd: run make build first" >&2; exit 1; }
	install -D -m 0755 "$(BINARY_DIR)/runninghubd" "$(BINDIR)/runninghubd"
	ln -sf runninghubd "$(BINDIR)/runninghubctl"
	-strip --strip-debug "$(BINDIR)/runninghubd"
	if test -x "$(BINARY_DIR)/runninghub-simulator"; then \
		install -m 0755 "$(BINARY_DIR)/runninghub-simulator" "$(BINDIR)/runninghub-simulator"; \
		strip --strip-debug "$(BINDIR)/runninghub-simulator" || true; fi
	scripts/install-completions "$(BINARY_DIR)/runninghubd" "$(SHAREDIR)"
	for page in man/*; do install -D -m 0644 "$$page" "$(SHAREDIR)/man/man$${page##*.}/$${page##*/}"; done
	install -d "$(DOCDIR)/examples/pipelines.d"
	install -m 0644 README.md docs/*.md "$(DOCDIR)/"
	install -m 0644 etc/runninghubd/config.yaml "$(DOCDIR)/examples/"
	for file in Examples/caddy/* Examples/nginx/* Examples/prometheus/* Examples/samba/* Examples/sftp/* Examples/tunnel/*; do \
		install -D -m 0644 "$$file" "$(DOCDIR)/examples/$${file#Examples/}"; done
	for example in etc/runninghubd/pipelines.d/*.example; do \
		name=$${example##*/}; install -m 0644 "$$example" "$(DOCDIR)/examples/pipelines.d/$${name%.example}"; done
	install -d "$(LIBDIR)/systemd/system" "$(LIBDIR)/systemd/catalog" "$(LIBDIR)/sysusers.d" "$(LIBDIR)/tmpfiles.d"
	sed -e 's,/usr/bin/runninghubd,$(PREFIX)/bin/runninghubd,' -e 's,=/usr/lib/,=$(PREFIX)/lib/,' systemd/runninghubd.service \
		>"$(LIBDIR)/systemd/system/runninghubd.service"
	chmod 0644 "$(LIBDIR)/systemd/system/runninghubd.service"
	install -m 0644 systemd/runninghubd.socket "$(LIBDIR)/systemd/system/runninghubd.socket"
	install -m 0644 systemd/*.catalog "$(LIBDIR)/systemd/catalog/"
	install -m 0644 systemd/runninghubd.sysusers.conf "$(LIBDIR)/sysusers.d/runninghubd.conf"
	install -m 0644 systemd/runninghubd.tmpfiles.conf "$(LIBDIR)/tmpfiles.d/runninghubd.conf"
	install -d -m 0755 $(addprefix "$(LIBDIR)/runninghubd/root"/,$(ROOT_FOLDERS))
	install -d -m 0755 "$(ETCDIR)" "$(ETCDIR)/config.d" "$(ETCDIR)/pipelines.d"
	test -d "$(ETCDIR)/keys" || install -d -m 0700 "$(ETCDIR)/keys"
	test -e "$(ETCDIR)/config.yaml" || install -m 0644 etc/runninghubd/config.yaml "$(ETCDIR)/config.yaml"
	install -m 0644 etc/runninghubd/pipelines.d/*.yaml.example "$(ETCDIR)/pipelines.d/"
ifeq ($(DESTDIR),)
	@if test "$$(id -u)" = 0; then $(MAKE) --no-print-directory announce; else \
		echo "not root: users, folders and units are not made known to systemd (make announce as root)"; fi
endif

# Makes what install laid out known to the running system.
.PHONY: announce
announce:
	systemd-sysusers "$(PREFIX)/lib/sysusers.d/runninghubd.conf"
	systemd-tmpfiles --create "$(PREFIX)/lib/tmpfiles.d/runninghubd.conf"
	journalctl --update-catalog
	if test -d /run/systemd/system; then systemctl daemon-reload; fi
	@echo
	@echo "Installed. Next: sudo runninghubd key add main (it asks for your API key and tries it)"
	@echo "(after an upgrade: systemctl restart runninghubd, which loses nothing)."

# The Debian package, in .build/deb, as lintian likes it. COMPRESSION=gzip makes a larger one in half of the time.
COMPRESSION ?= xz
.PHONY: deb
deb: build
	@scripts/require-packages $(PACKAGING_PACKAGES)
	rm -rf .build/deb && mkdir -p .build/deb
	debian/rules clean
	debian/rules binary BINARY_DIR="$(BINARY_DIR)" OUTPUT=.build/deb COMPRESSION=$(COMPRESSION)
	lintian --allow-root --info --fail-on error,warning .build/deb/*.deb
	debian/rules clean
	@echo; echo "Install it by: sudo apt install ./$$(ls .build/deb/*.deb)"

# Removes the programs and units; configuration, keys, ledger and people's files stay.
uninstall:
	rm -f "$(BINDIR)/runninghubd" "$(BINDIR)/runninghubctl" "$(BINDIR)/runninghub-simulator"
	rm -f "$(LIBDIR)"/systemd/system/runninghubd.service "$(LIBDIR)"/systemd/system/runninghubd.socket
	rm -f "$(LIBDIR)"/systemd/catalog/runninghubd*.catalog
	rm -f "$(SHAREDIR)"/bash-completion/completions/runninghub[dc]* "$(SHAREDIR)"/zsh/vendor-completions/_runninghub[dc]*
	rm -f "$(SHAREDIR)"/fish/vendor_completions.d/runninghub[dc]*.fish
	if test -d "$(LIBDIR)/runninghubd"; then find "$(LIBDIR)/runninghubd" -depth -type d -empty -delete; fi
	rm -f "$(LIBDIR)/sysusers.d/runninghubd.conf" "$(LIBDIR)/tmpfiles.d/runninghubd.conf"
	rm -f $(foreach page,$(wildcard man/*),"$(SHAREDIR)/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page))")
	rm -rf "$(DOCDIR)"
	if test -z "$(DESTDIR)" && test -d /run/systemd/system; then systemctl daemon-reload; journalctl --update-catalog; fi

clean:
	rm -rf .build
