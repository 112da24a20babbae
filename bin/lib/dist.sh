# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # what is set here is used where this is sourced; php_… by read_php
# Builds what ships: the same bytes wherever it is built. Sourced after common.sh, php.sh and old-glibc.sh.

. "$ROOT/bin/lib/version.sh"
VERSION=$(cd "$ROOT" && project_version)

# Whether this folder is a git checkout itself. A source tarball may have been unpacked inside another's.
is_checkout() { local inside; inside=$(git -C "$ROOT" rev-parse --show-prefix 2>/dev/null) && [ -z "$inside" ]; }

# The time that everything in dist/ bears: the commit's. In an unpacked source tarball, all files have it.
source_date() {
	if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
		SOURCE_DATE_EPOCH=$(is_checkout && git -C "$ROOT" log -1 --format=%ct 2>/dev/null) || SOURCE_DATE_EPOCH=$(stat -c %Y "$ROOT/Cargo.toml")
	fi
	export SOURCE_DATE_EPOCH
}

# The library for the PHP of read_php, ready to be installed.
dist_library() { echo "$CARGO_TARGET/dist/php$php_version/closte.so"; }

# What it is made of. Cargo keeps one PHP's at a time: this is for who builds for several.
made_of() {
	{
		rustc -vV
		gcc --version || true
		echo "$php_full_version $php_api $php_debug $php_include_dir"
		declare -f cargo_dist link_for_old_glibc stand_in
		cd "$ROOT" && find src Cargo.toml Cargo.lock -type f | LC_ALL=C sort | xargs sha256sum
	} | sha256sum
}

build_dist() {
	local facts tool stamp
	stamp="$(dist_library).made-of"
	[ ! -e "$(dist_library)" ] || [ "$(made_of)" != "$(cat "$stamp" 2>/dev/null)" ] || return 0
	# A folder for each PHP, not for each version: cargo goes by the name.
	facts="$CARGO_TARGET/dist/php-$(cksum <<<"$php_include_dir $php_api $php_debug" | cut -d ' ' -f 1)"
	mkdir -p "$facts"
	# What ext-php-rs asks PHP is answered from the headers, so that a PHP need not run here.
	printf '#!/bin/sh\necho "PHP API => %s"\necho "Thread Safety => disabled"\necho "Debug Build => %s"\n' \
		"$php_api" "$([ "$php_debug" = 1 ] && echo yes || echo no)" >"$facts/php.new"
	printf '#!/bin/sh\nprintf %%s "%s"\n' "-I$php_include_dir -I$php_include_dir/main -I$php_include_dir/TSRM -I$php_include_dir/Zend \
-I$php_include_dir/ext" >"$facts/php-config.new"
	for tool in php php-config; do
		chmod 755 "$facts/$tool.new"
		mv -f "$facts/$tool.new" "$facts/$tool"
	done
	PHP="$facts/php" PHP_CONFIG="$facts/php-config" cargo_dist closte --lib --crate-type cdylib --features silent
	put "$CARGO_TARGET/dist/libcloste.so" "$(dist_library)"
	made_of >"$stamp"
}

# One optimization over all crates would take it longer than all others together.
build_emulator() {
	cargo_dist closte-emulator --bin closte-emulator --config profile.dist.lto=false --config profile.dist.codegen-units=16
}

# cargo_dist PACKAGE WHAT…: by the profile that ships.
cargo_dist() {
	# Settings for a package, as below, have cargo forget what the profile says of symbols.
	local package=$1 flags argument arguments=(-C strip=symbols)
	shift
	# Folders of this machine stay out of messages.
	flags="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
	# A program begins by another way since glibc 2.34, and is linked as usual.
	if [ "$1" = --lib ] && command -v objdump >/dev/null && [[ $(gcc -print-file-name=libc.so.6) == */* ]]; then
		for argument in $(link_for_old_glibc "$CARGO_TARGET/dist/glibc-$GLIBC"); do
			arguments+=(-C "link-arg=$argument")
		done
	fi
	# musl is linked statically otherwise, which no extension can be.
	[[ $(rustc -vV) != *$'\nhost: '*-musl* ]] || flags+=' -C target-feature=-crt-static'
	# What a machine sets for builds in development does not count here.
	env -u SOURCE_DATE_EPOCH RUSTFLAGS="$flags" CARGO_INCREMENTAL=0 cargo rustc --profile dist --locked -p "$package" "$@" \
		--config "profile.dist.package.$package.opt-level=3" --config "profile.dist.package.$package.incremental=false" -- "${arguments[@]}"
}

# put FILE PLACE [SUDO]: by rename, so that nothing that is in use is written over.
put() {
	local new="$2.new.$$"
	"${@:3}" install -D -m 644 "$1" "$new"
	"${@:3}" mv -f "$new" "$2"
}
