# shellcheck shell=bash
# The files of a release, as bin/dist makes them. Sourced after common.sh.

. "$ROOT/bin/lib/version.sh"
DIST="${CLOSTE_DIST:-$ROOT/dist}"

# release_target: what a file for this machine is named after, such as linux-gnu-x86_64.
release_target() {
	local libc=musl
	! getconf GNU_LIBC_VERSION >/dev/null 2>&1 || libc=gnu
	printf 'linux-%s-%s' "$libc" "$(uname -m)"
}

release_version() { (cd "$ROOT" && project_version); }
# release_library: the name of the folder with the library for the PHP at hand. There is none for thread-safe ones.
release_library() {
	printf 'closte-%s-php%s-%s' "$(release_version)" \
		"$(php -n -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION, PHP_ZTS ? "-zts" : "";')" "$(release_target)"
}
release_emulator() { printf 'closte-emulator-%s-%s' "$(release_version)" "$(release_target)"; }

# check_release NAME: ends where NAME.tar.gz is another file than SHA256SUMS says.
check_release() {
	[ -s "$DIST/$1.tar.gz" ] && [ -s "$DIST/SHA256SUMS" ] || return 0
	(cd "$DIST" && grep -F " $1.tar.gz" SHA256SUMS | sha256sum --quiet --strict --check -) >&2 ||
		die "$DIST/$1.tar.gz is not the file that SHA256SUMS names.
hint: copy it again, or delete it"
}

# unpack_release NAME: the path of that folder, from NAME.tar.gz or as somebody has unpacked it; fails where neither is there.
unpack_release() {
	local unpacked="$TARGET/release-files"
	if [ -s "$DIST/$1.tar.gz" ]; then
		mkdir -p "$unpacked"
		# tar puts a new file in the place of one that is there: a PHP may have that loaded.
		tar -xzf "$DIST/$1.tar.gz" -C "$unpacked" || return 1
		echo "$unpacked/$1"
	elif [ -d "$DIST/$1" ]; then
		echo "$DIST/$1"
	else
		return 1
	fi
}

# use_release: library and emulator of a release in place of a build's; fails where they are not there for this PHP.
use_release() {
	local library emulator
	library=$(release_library)
	emulator=$(release_emulator)
	check_release "$library"
	check_release "$emulator"
	library=$(unpack_release "$library") && emulator=$(unpack_release "$emulator") || return 1
	php -n -d extension="$library/closte.so" -r 'exit( extension_loaded( "closte" ) ? 0 : 1 );' || return 1
	export CLOSTE_EXTENSION="$library/closte.so" CLOSTE_EMULATOR="$emulator/closte-emulator"
}
