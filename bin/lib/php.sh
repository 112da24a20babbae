# shellcheck shell=bash
# shellcheck disable=SC2034  # what is set here is used where this is sourced
# What a PHP is, by its php-config and headers. Sourced after common.sh.

# read_php PHP_CONFIG: sets the variables php_… below. The PHP may be in another root (/roots/trixie/usr/bin/php-config8.4) and
# need not run here: headers say all that is needed. Without an argument: $PHP_CONFIG, else php-config on PATH.
read_php() {
	local headers
	php_config=$(command -v "${1:-${PHP_CONFIG:-php-config}}") || die "there is no ${1:-${PHP_CONFIG:-php-config}}.
hint: install the development files of PHP (Debian: apt-get install php-dev), or name another with PHP_CONFIG=/path/to/php-config"
	# Where the file system has it, below a root that is not this machine's.
	php_root=$("$php_config" --prefix)
	php_root=${php_root%/}/bin
	php_root=$(case "$php_config" in *"$php_root"/*) echo "${php_config%"$php_root"/*}" ;; esac)
	php_extension_dir=$("$php_config" --extension-dir)
	php_include_dir=$php_root$("$php_config" --include-dir)
	headers=$(cat "$php_include_dir"/{main/{php_version.h,php_config.h},Zend/{zend_modules.h,zend_extensions.h}} 2>/dev/null) ||
		die "the headers of $php_config are not all in $php_include_dir.
hint: install the development files of this PHP"
	php_full_version=$(value_of PHP_VERSION)
	php_version=${php_full_version%.*}
	php_api=$(value_of ZEND_MODULE_API_NO)
	[ "$("$php_config" --version)" = "$php_full_version" ] || die "$php_config is of PHP $("$php_config" --version), its headers in \
$php_include_dir are of PHP $php_full_version.
hint: install the development files of one version"
	[ "$(value_of PHP_VERSION_ID)" -ge 80100 ] || die "this is PHP $php_full_version ($php_config); the extension needs PHP 8.1 or later."
	# 8.0 defines them as 1, or not at all.
	php_debug=$(value_of ZEND_DEBUG)
	[ "$(value_of ZTS)" != 1 ] || die "PHP $php_full_version ($php_config) is a thread-safe build (ZTS); the extension needs one without \
threads (NTS).
hint: use PHP-FPM, or name another PHP with PHP_CONFIG=/path/to/php-config"
}

# value_of MACRO, in $headers.
value_of() { sed -n "s/^#[[:space:]]*define[[:space:]]\{1,\}$1[[:space:]]\{1,\}\"\{0,1\}\([^\"[:space:]]*\).*/\1/p" <<<"$headers" | tail -n 1; }

# The program of this PHP, empty if it does not run here: php-config may name one that is not installed.
php_binary() {
	local program
	for program in "$php_root$("$php_config" --php-binary)" "$(command -v "php$php_version")" "$(command -v php)"; do
		if [ "$("$program" -n -r 'echo PHP_VERSION;' 2>/dev/null)" = "$php_full_version" ]; then
			echo "$program"
			return
		fi
	done
}
