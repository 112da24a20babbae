# shellcheck shell=bash
# The version and the places that repeat it. Sourced after common.sh, from the root.

VERSION_PATTERN='[0-9]+\.[0-9]+\.[0-9]+'
PLUGIN=wp-plugin/closte-sync

# Lines of FILE, a tab, and what (in Perl) leads to the version there. The first is its home.
version_places() {
	cat <<-'END'
		Cargo.toml	^\[workspace\.package\]\nversion = "
		Cargo.lock	^name = "closte"\nversion = "
		Cargo.lock	^name = "closte-emulator"\nversion = "
		tests/fuzz/Cargo.lock	^name = "closte"\nversion = "
		wp-plugin/closte-sync/closte-sync.php	^ \* Version: +
		wp-plugin/closte-sync/readme.txt	^Stable tag: +
	END
}
# The oldest extension that the plugin works with; it may be older than the version.
MINIMUM_FILE="$PLUGIN/inc/extension/class-extension.php"
MINIMUM_PLACE="MINIMUM_VERSION = '"

# version_at FILE PLACE: the version that is there.
version_at() { place=$2 pattern=$VERSION_PATTERN perl -0777 -ne 'print "$1\n" if /$ENV{place}($ENV{pattern})\b/m' "$1"; }
# write_version FILE PLACE VERSION
write_version() {
	place=$2 pattern=$VERSION_PATTERN version=$3 perl -0777 -pi -e 's/$ENV{place}\K$ENV{pattern}\b/$ENV{version}/m or die "no version in $ARGV\n"' "$1"
}
project_version() {
	local file place
	IFS=$'\t' read -r file place < <(version_places)
	version_at "$file" "$place"
}
# is_older VERSION VERSION
is_older() { [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# changelog_versions: the versions of the changelog's sections, the newest first.
changelog_versions() { sed -nE "s/^## \[($VERSION_PATTERN)\] - [0-9]{4}-[0-9]{2}-[0-9]{2}\$/\1/p" CHANGELOG.md; }
# changelog_section HEADING: its text.
changelog_section() { awk -v heading="$1" '/^## /{ inside = index($0, heading) == 1; next } inside' CHANGELOG.md; }

# Says which place has another version than its home.
check_versions() {
	local version file place found status=0
	version=$(project_version)
	[ -n "$version" ] || { echo 'Cargo.toml has no version'; return 1; }
	while IFS=$'\t' read -r file place; do
		found=$(version_at "$file" "$place")
		[ "$found" = "$version" ] || { echo "$file has version ${found:-none}, Cargo.toml has $version"; status=1; }
	done < <(version_places)
	found=$(version_at "$MINIMUM_FILE" "$MINIMUM_PLACE")
	if [ -z "$found" ] || is_older "$version" "$found"; then
		echo "$MINIMUM_FILE asks for extension ${found:-none}, which is newer than $version"
		status=1
	fi
	found=$(changelog_versions | head -n 1)
	[ "$found" = "$version" ] || { echo "CHANGELOG.md's newest section is of version ${found:-none}, Cargo.toml has $version"; status=1; }
	grep -qFx "= $version =" "$PLUGIN/readme.txt" || { echo "$PLUGIN/readme.txt has no section = $version ="; status=1; }
	return $status
}
