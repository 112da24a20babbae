# Everything is done by the scripts in bin and tests/bin; each of them says with --help what it takes.

.PHONY: demo screenshots test chaos fuzz build install uninstall dist bench lint analyse

# A WordPress network beside an emulated Closte, in a browser. DEMO_ONCE=1: ends after the story.
demo:
	@tests/bin/demo

# The README's pictures, into docs/screenshots.
screenshots:
	@DEMO_SCREENSHOTS=docs/screenshots tests/bin/demo

# All tests. STAGES="rust phpt": only those (bin/test --help lists them).
test:
	@bin/test $(STAGES)

# Thirty seeds of random events, failures and kills, and networks of full size. CHAOS="--seeds=1 --first-seed=7": other seeds
# (tests/bin/chaos --help).
chaos:
	@tests/bin/chaos --long $(CHAOS)
	@tests/bin/outage --long

# Fifteen minutes of hostile input for each part that reads what others write. FUZZ="--seconds 60 domain": less, only that
# (tests/bin/fuzz --help).
fuzz:
	@tests/bin/fuzz $(FUZZ)

# target/release/libcloste.so, the PHP extension.
build:
	@bin/build

# Into the PHP of php-config, and out again. DESTDIR=/somewhere: only copies, for packages.
install:
	@bin/install
uninstall:
	@bin/uninstall

# Everything that is released, into dist/: the plugin's zip, packages for Debian, tarballs.
dist:
	@bin/dist

# The time that an added domain, a look at DNS and one at a certificate take, beside what else there is.
# And what the library adds to the start of PHP.
bench:
	@tests/bin/bench
	@tests/bin/bench-probes
	@tests/bin/bench-load

# Format, lints, static analysis and style of Rust, PHP and shell; licences, bans and sources of the crates.
lint:
	@bin/lint

# Static analysis of the plugin's PHP alone.
analyse:
	@bin/analyse
