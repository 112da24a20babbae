# shellcheck shell=bash
# shellcheck disable=SC2154  # work is set where this is sourced
# make install into a folder, and for PHPs that the extension is not for. Sourced by tests/bin/packages.

# refuses TEXT PATTERN COMMAND…: the command must fail, and say why.
refuses() {
	local text=$1 pattern=$2
	shift 2
	fails_with() { ! "$@" >"$work/output" 2>&1 && grep -q -- "$pattern" "$work/output" || { cat "$work/output"; return 1; }; }
	check "$text" fails_with "$@"
}

destdir="$work/package"
check 'make install copies below DESTDIR' env DESTDIR="$destdir" bin/install
ini=$(find "$destdir" -name closte.ini)
check 'the same library' cmp "$library" "$(find "$destdir" -name closte.so)"
loads_by_name() {
	mkdir -p "$work/php.d" && cp "$ini" "$work/php.d/" &&
		PHP_INI_SCAN_DIR="$work/php.d" php -d extension_dir="$destdir$(php-config --extension-dir)" --ri closte
}
check 'PHP loads it by the name in closte.ini' loads_by_name
check 'make uninstall takes it away again' env DESTDIR="$destdir" bin/uninstall
check 'and leaves no file' test -z "$(find "$destdir" -type f)"
# other_php MACRO VALUE…: a php-config of a PHP whose headers define these.
other_php() {
	local macro
	mkdir -p "$work/headers" && cp -r "$php_include_dir"/{main,Zend} "$work/headers/"
	while [ $# -gt 0 ]; do
		macro=$1
		sed -i "s,^.*\b\(define\|undef\) $macro\b.*,#define $macro $2," "$work/headers/main/php_version.h" "$work/headers/main/php_config.h"
		shift 2
	done
	cat >"$work/php-config" <<-CONFIG
		#!/bin/sh
		case "\$1" in
			--include-dir) echo "$work/headers" ;;
			--version) sed -n 's/^#define PHP_VERSION "\(.*\)"/\1/p' "$work/headers/main/php_version.h" ;;
			*) exec "$php_config" "\$@" ;;
		esac
	CONFIG
	chmod +x "$work/php-config"
}
other_php ZTS 1
refuses 'make install refuses a thread-safe PHP' 'thread-safe' env PHP_CONFIG="$work/php-config" bin/install
other_php PHP_VERSION '"8.0.30"' PHP_VERSION_ID 80030
refuses 'and one older than 8.1' '8\.1 or later' env PHP_CONFIG="$work/php-config" bin/install
