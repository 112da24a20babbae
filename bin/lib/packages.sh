# shellcheck shell=bash
# Debian packages that are missing. Sourced after common.sh.

missing=()
# need PACKAGE CHECK…: the check runs first, so that a PHP or Node.js that came from elsewhere serves as well as Debian's.
need() {
	local package=$1
	shift
	"$@" >/dev/null 2>&1 || missing+=("$package")
}
has() { command -v "$1"; }
# Where clang-sys looks for it.
has_libclang() {
	local folder
	[ -z "${LIBCLANG_PATH:-}" ] || return 0
	for folder in "$(llvm-config --libdir 2>/dev/null)" /usr/{,local/}lib*{,/*,/*/*} /usr/local/llvm*/lib*; do
		[ -z "$folder" ] || ! compgen -G "$folder/libclang[.-]*so*" | grep -v -e -cpp >/dev/null || return 0
	done
	return 1
}

# What the extension is built with.
need_for_build() {
	need gcc has gcc
	need libc6-dev test -e /usr/include/stdio.h
	need make has make
	need pkg-config has pkg-config
	need ca-certificates test -s /etc/ssl/certs/ca-certificates.crt
	need clang has clang
	need libclang-dev has_libclang
	need php-cli has php
	need php-dev has php-config
}

# Installs what was found missing, by one apt-get call (as root, or through sudo).
install_missing() {
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null || die "these are missing, and there is no apt-get to install them with: ${missing[*]}"
	as_root=()
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || die "these Debian packages are missing: ${missing[*]}
hint: run as root: apt-get install ${missing[*]}"
		as_root=(sudo)
	fi
	say "Installing Debian packages: ${missing[*]}"
	# We start our own servers on ports and sockets of our own: the packages' services stay off while they install.
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
		"${as_root[@]}" chmod 755 "$policy"
		trap '"${as_root[@]}" rm -f "$policy"' EXIT
	fi
	"${as_root[@]}" apt-get -q update
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "${missing[@]}"
	missing=()
}

# need_rust: the version is that of Cargo.toml.
need_rust() {
	local oldest found hint
	oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml")
	hint="hint: install Rust $oldest or later, for instance by rustup (https://rustup.rs/), then run this again"
	command -v cargo >/dev/null || die "cargo is not here.
$hint"
	found=$(cd "$ROOT" && rustc --version 2>/dev/null | awk '{ print $2 }')
	[ -n "$found" ] || die "rustc does not run.
$hint"
	[ "$(printf '%s\n' "$oldest" "$found" | sort -V | head -n 1)" = "$oldest" ] || die "rustc $found is too old.
$hint"
}

# npm_package NAME@VERSION: fetches one, without what it depends on; prints its folder.
npm_package() {
	local folder="$TARGET/tools/$1" tarball
	if [ ! -e "$folder/package" ]; then
		say "Fetching $1"
		mkdir -p "$folder"
		tarball=$(cd "$folder" && npm pack --loglevel=error --ignore-scripts "$1" | tail -n 1) &&
			tar -xzf "$folder/$tarball" -C "$folder" >&2 || return 1
	fi
	echo "$folder/package"
}
