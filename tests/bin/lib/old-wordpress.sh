# shellcheck shell=bash
# The oldest WordPress that the plugin says it is for. Sourced after common.sh.

# The npm package of WordPress Playground that has it: all of its PHP without the comments, and only the static files that PHP
# needs. Kept for all checkouts: it comes with 150 MB of others.
OLD_WORDPRESS_VERSION=6.4.5
old_wordpress_package=@wp-playground/wordpress-builds@0.9.4
OLD_WORDPRESS="${XDG_CACHE_HOME:-$HOME/.cache}/closte/wordpress-$OLD_WORDPRESS_VERSION"

fetch_old_wordpress() {
	local work tarball status=0
	[ ! -d "$OLD_WORDPRESS" ] || return 0
	say "Fetching WordPress $OLD_WORDPRESS_VERSION (npm package $old_wordpress_package)"
	mkdir -p "${OLD_WORDPRESS%/*}"
	work=$(mktemp -d "$OLD_WORDPRESS.XXXXXX")
	# npm checks the package against the registry's checksum; nothing of it is run.
	{ tarball=$(cd "$work" && npm pack --loglevel=error --ignore-scripts "$old_wordpress_package" | tail -n 1) &&
		tar -xzf "$work/$tarball" -C "$work" --strip-components=3 "package/src/wordpress/wp-${OLD_WORDPRESS_VERSION%.*}.zip" &&
		php -n -d extension=zip -r '$zip = new ZipArchive(); exit( true === $zip->open( $argv[1] ) && $zip->extractTo( $argv[2] ) ? 0 : 1 );' \
			"$work/wp-${OLD_WORDPRESS_VERSION%.*}.zip" "$work/wordpress" &&
		grep -q "'$OLD_WORDPRESS_VERSION'" "$work/wordpress/wp-includes/version.php"; } || status=1
	# Somebody else may have been faster.
	[ "$status" -ne 0 ] || mv -T "$work/wordpress" "$OLD_WORDPRESS" 2>/dev/null || [ -d "$OLD_WORDPRESS" ] || status=1
	rm -rf "$work"
	return "$status"
}
