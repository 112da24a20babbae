# shellcheck shell=bash
# WordPress, WP-CLI and the SQLite drop-in, from the npm package wp-studio. Sourced after common.sh.

wp_studio=wp-studio@1.22.0

# Into target/wp-files, once.
fetch_wordpress() {
	local unpacked tarball inside=package/dist/cli/wp-files
	[ ! -e "$WP_FILES/.complete-${wp_studio#*@}" ] || return 0
	say "Fetching WordPress, WP-CLI and the SQLite drop-in (npm package $wp_studio)"
	mkdir -p "$TARGET"
	unpacked=$(mktemp -d "$TARGET/wp-files.XXXXXX") || return 1
	# npm checks the package against the registry's checksum; nothing of it is run.
	tarball=$(cd "$unpacked" && npm pack --loglevel=error --ignore-scripts "$wp_studio" | tail -n 1) &&
		tar -xzf "$unpacked/$tarball" -C "$unpacked" --strip-components=4 \
			"$inside/latest/wordpress" "$inside/wp-cli" "$inside/sqlite-database-integration" || return 1
	rm "$unpacked/$tarball"
	touch "$unpacked/.complete-${wp_studio#*@}"
	chmod 755 "$unpacked"
	rm -rf "$WP_FILES"
	mv "$unpacked" "$WP_FILES"
}
