# shellcheck shell=bash
# shellcheck disable=SC2154  # work is set where this is sourced
# Debian's package and make install, in a copy of this system that nobody else sees. Sourced by tests/bin/packages.

deb="dist/php$php_version-closte_${VERSION/-/\~}_$(dpkg --print-architecture).deb"
if [ "$php_extension_dir" != "/usr/lib/php/$php_api" ] || ! command -v dpkg-deb >/dev/null; then
	skip 'the Debian package: this is not a Debian'
	return
fi
check "there is $deb" test -s "$deb"
if command -v lintian >/dev/null; then
	check 'lintian finds no error and no warning' lintian --fail-on error,warning --tag-display-limit 0 dist/*.deb
else
	skip 'lintian is not installed'
fi
field() { dpkg-deb --field "$deb" "$1"; }
check 'it is for the PHP that has these headers' grep -qw "phpapi-$php_api" <(field Depends)
[ "${host##*-}" != gnu ] || check 'it asks for the glibc that the library needs' grep -qF "libc6 (>= $(glibc_of "$library"))" <(field Depends)
check 'its library is that of the tarball' cmp "$library" <(dpkg-deb --fsys-tarfile "$deb" | tar -xO ".$php_extension_dir/closte.so")
check 'the settings are a conffile' grep -qx "/etc/php/$php_version/mods-available/closte.ini" <(dpkg-deb --info "$deb" conffiles)
check 'everything belongs to root' test -z "$(dpkg-deb --contents "$deb" | awk '$2 != "root/root"')"

# in_copy COMMAND: by bash, as root, in this system as it is, where it may change whatever it wants but this checkout.
in_copy() {
	# shellcheck disable=SC2016  # the inner shells expand it
	unshare --mount --pid --fork --kill-child --propagation private bash -euc '
		mount -t tmpfs copy "$1"
		mkdir "$1/upper" "$1/work" "$1/root"
		mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
		mount -t proc proc "$1/root/proc"
		mount --rbind /dev "$1/root/dev"
		mkdir -p "$1/root$2"
		mount --bind "$2" "$1/root$2"
		# No service of this machine is touched; what was asked for is noted.
		printf "#!/bin/sh\necho \"\$@\" >>/services\nexit 101\n" >"$1/root/usr/sbin/policy-rc.d"
		chmod 755 "$1/root/usr/sbin/policy-rc.d"
		exec chroot "$1/root" env -C "$2" deb="$4" php_version="$5" version="$6" bash -euo pipefail -c "$3"' - \
		"$work/copy" "$ROOT" "$in_each_copy$1" "$ROOT/$deb" "$php_version" "$VERSION"
}
# shellcheck disable=SC2016
in_each_copy='
	loaded() { php --ri closte | grep "$version" >/dev/null && "php-fpm$php_version" -m | grep -x closte >/dev/null; }
	# Nor a word of a library that is missing.
	unloaded() { ! { php -m 2>&1; "php-fpm$php_version" -m 2>&1; } | grep -i closte; }
	files() { find /etc/php /usr/lib/php /var/lib/php/modules -name "*closte*" || true; }
	settings=/etc/php/$php_version/mods-available/closte.ini
	apt() { apt-get -qq -y "$@" 2>&1; }
	# A PHP that has the library loaded, and that uses it once the file go is there.
	start_user() {
		php -r "while ( ! file_exists( \"/go\" ) ) { usleep( 10000 ); clearstatcache(); } exit( Closte\DomainName::parse( \"shop.example.com\" ) ? 0 : 1 );" &
		user=$!
		until grep -q closte.so "/proc/$user/maps"; do sleep 0.05; done
	}
	user_goes_on() { touch /go; wait "$user"; }
'
mkdir "$work/copy"
if ! in_copy true >"$work/why" 2>&1; then
	skip "installing packages and make install: this machine makes no copy of itself ($(tail -n 1 "$work/why"))"
	return
fi

# shellcheck disable=SC2016  # the shell in the copy expands them
{
	check 'apt-get installs it; PHP has it in the terminal and in FPM, which is restarted' in_copy '
		unloaded
		apt install "$deb"
		loaded
		grep -q "php$php_version-fpm.*restart" /services'
	check 'apt-get removes it; it is gone from both, and FPM is restarted' in_copy '
		apt install "$deb"
		rm -f /services
		apt remove "php$php_version-closte"
		unloaded
		grep -q "php$php_version-fpm.*restart" /services
		[ "$(files | grep -v /var/lib)" = "$settings" ]'
	check 'purging it leaves nothing' in_copy '
		apt install "$deb"
		apt purge "php$php_version-closte"
		unloaded
		! files | grep .'
	check 'changed settings outlive removing and installing' in_copy '
		apt install "$deb"
		echo "closte.timeout = 7" >>"$settings"
		apt remove "php$php_version-closte"
		apt install "$deb"
		php --ri closte | grep "closte.timeout => 7"'
	check 'an update leaves a PHP alone that has the library loaded' in_copy '
		apt install "$deb"
		start_user
		apt reinstall "$deb"
		user_goes_on
		loaded'

	check 'make install puts it into PHP and FPM' in_copy 'bin/install; loaded'
	check 'over a library that a PHP has loaded, too' in_copy 'bin/install; start_user; bin/install; user_goes_on; loaded'
	check 'make uninstall leaves nothing of it' in_copy 'bin/install; bin/uninstall; unloaded; ! files | grep .'
	check 'and nothing that keeps a package from loading it later' in_copy 'bin/install; bin/uninstall; apt install "$deb"; loaded'
	check 'but settings that were changed, which nothing reads' in_copy '
		bin/install
		echo "closte.timeout = 7" >>"$settings"
		bin/uninstall
		unloaded
		grep -q "closte.timeout = 7" "$settings"'
	check 'make uninstall leaves what another way has put there' in_copy '
		bin/install
		library=$(php-config --extension-dir)/closte.so
		cp "$library" /other
		echo >>/other
		mv /other "$library"
		! bin/uninstall 2>/said
		grep "did not put $library there" /said
		loaded
		rm "$library.sha256"
		! bin/uninstall
		loaded'
	check 'make install does not touch what a package has installed' in_copy '
		apt install "$deb"
		! bin/install 2>/said
		grep -q "php$php_version-closte" /said
		! bin/uninstall
		loaded'
}
