# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # what is used here is set by bin/dist and read_php
# The Debian package of the library that build_dist built. Sourced after dist.sh.

# dependencies LIBRARY: Debian's packages with the shared libraries that it needs.
dependencies() {
	local library depends=''
	for library in $(objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }'); do
		case "$library" in
			# The C library: one package.
			libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | ld-linux*) ;;
			libgcc_s.so.1) depends=', libgcc-s1 (>= 4.2)' ;;
			*) die "the library needs $library, which no package is known for.
hint: add it to bin/lib/deb.sh, or link without it" ;;
		esac
	done
	echo "libc6 (>= $(glibc_of "$1"))$depends"
}

# make_deb FOLDER: from the folder with the tarball's files.
make_deb() {
	local package="php$php_version-closte" architecture tree doc
	architecture=$(dpkg --print-architecture)
	tree="$work/$package"
	doc="$tree/usr/share/doc/$package"
	install -D -m 644 "$1/closte.so" "$tree$php_extension_dir/closte.so"
	install -D -m 644 "$1/closte.ini" "$tree/etc/php/$php_version/mods-available/closte.ini"
	mkdir -p "$doc"
	cp "$1"/*.stub.php "$doc/"
	fill "$ROOT/packaging/debian/README" >"$doc/README.Debian"
	fill "$ROOT/packaging/debian/copyright" >"$doc/copyright"
	gzip -9n <"$1/THIRD-PARTY-LICENSES" >"$doc/THIRD-PARTY-LICENSES.gz"
	gzip -9n <"$ROOT/CHANGELOG.md" >"$doc/CHANGELOG.md.gz"
	{
		printf '%s (%s) unstable; urgency=medium\n\n' "$package" "$debian_version"
		printf '  * Version %s. CHANGELOG.md.gz says what has changed.\n' "$VERSION"
		printf '\n -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -R -u -d "@$SOURCE_DATE_EPOCH")"
	} | gzip -9n >"$doc/changelog.gz"
	mkdir -p "$tree/DEBIAN"
	installed_size=$(du -k -s --apparent-size "$tree" | cut -f 1) depends=$(dependencies "$1/closte.so") architecture=$architecture \
		fill "$ROOT/packaging/debian/control" >"$tree/DEBIAN/control"
	for script in postinst prerm postrm; do
		fill "$ROOT/packaging/debian/$script" >"$tree/DEBIAN/$script"
		chmod 755 "$tree/DEBIAN/$script"
	done
	echo "/etc/php/$php_version/mods-available/closte.ini" >"$tree/DEBIAN/conffiles"
	(cd "$tree" && find usr -type f | LC_ALL=C sort | xargs md5sum >DEBIAN/md5sums)
	settle "$tree"
	DPKG_DEB_THREADS_MAX=1 dpkg-deb --root-owner-group -Zxz --build "$tree" "$out/${package}_${debian_version}_$architecture.deb" >/dev/null
}
