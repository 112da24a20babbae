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
has_libclang() { ls /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*/libclang*.so*; }

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

need_rust() {
	command -v cargo >/dev/null || die "cargo is not here.
hint: install Rust by rustup (1.88 or later), then run this again"
}
