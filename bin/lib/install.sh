# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # what is set here is used where this is sourced; php_… by read_php
# Where the extension is installed. Sourced after common.sh and php.sh; for the PHP of read_php.

destdir=${DESTDIR:-}
[ -z "$php_root" ] || die "$php_config is of another root ($php_root).
hint: install it with DESTDIR and the php-config of this root, or unpack a tarball of make dist there"
installed_library="$destdir$php_extension_dir/closte.so"

php=$(php_binary)
[ -n "$php" ] || die "php-config is of PHP $php_full_version, and that PHP does not run here (php is $(php -n -r 'echo PHP_VERSION;' 2>&1)).
hint: put the right ones first on PATH, choose them by update-alternatives --config php and php-config, or name the right php-config \
with PHP_CONFIG"

# Debian's phpenmod knows the SAPIs; other PHPs read a folder, or only their php.ini.
scan_dir=$("$php" -r 'echo PHP_CONFIG_FILE_SCAN_DIR;')
installed_ini=''
by_phpenmod=''
if [ "$php_extension_dir" = "/usr/lib/php/$php_api" ] && command -v phpenmod >/dev/null; then
	installed_ini="$destdir/etc/php/$php_version/mods-available/closte.ini"
	by_phpenmod=yes
elif [ -n "$scan_dir" ]; then
	installed_ini="$destdir$scan_dir/closte.ini"
fi

# Says what bin/install has put there. PHP does not read it; PIE, phpize and a tarball write none.
installed_record="$installed_library.sha256"

as_root=()
if [ -z "$destdir" ] && [ ! -w "$php_extension_dir" ]; then
	command -v sudo >/dev/null || die "you may not write into $php_extension_dir.
hint: run this as root"
	as_root=(sudo)
fi

# record_library: after it was put there.
record_library() {
	local record
	record=$(mktemp)
	sha256sum <"$installed_library" >"$record"
	put "$record" "$installed_record" "${as_root[@]}"
	rm -f "$record"
}
# What came there by another way is not ours to remove.
refuse_unrecorded() {
	[ -z "$destdir" ] && [ -e "$installed_library" ] || return 0
	[ "$(sha256sum <"$installed_library")" != "$(cat "$installed_record" 2>/dev/null)" ] || return 0
	die "make install did not put $installed_library there, so nothing was removed.
hint: remove it the way it was installed (PIE: pie uninstall closte-sync/ext-closte), or delete it and the line extension=closte"
}

# What a package has put there is the package's to change.
refuse_packaged() {
	local package
	[ -z "$destdir" ] && package=$(dpkg-query -S "$installed_library" 2>/dev/null) || return 0
	die "$installed_library belongs to the package ${package%%:*}.
hint: apt-get remove ${package%%:*}"
}
