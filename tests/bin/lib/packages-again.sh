# shellcheck shell=bash
# shellcheck disable=SC2154  # work is set where this is sourced
# The same commit, built in another folder by another hand, but for the emulator, which takes as long as the library. Sourced by
# tests/bin/packages.

if [ "${1:-}" = --no-rebuild ]; then
	skip 'the build in another folder: --no-rebuild'
	return
fi
if [ -n "$(git status --porcelain --untracked-files=normal)" ]; then
	skip 'the build in another folder: this checkout has changes that are not committed'
	return
fi
again="$work/elsewhere/again"
git clone -q --local "$ROOT" "$again" && git -C "$again" checkout -q --detach "$(git rev-parse HEAD)"
# The crates of others, whose sources are the same wherever they are built, as they were built here: cargo builds anew what
# depends on the folder, which is ours and all that knows PHP.
mkdir -p "$again/target"
cp -a --reflink=auto "$CARGO_TARGET/dist" "$again/target/dist"
rm -rf "$again/target/dist/php$php_version"
build_again() {
	umask 077
	env -C "$again" -u CARGO_TARGET_DIR -u SOURCE_DATE_EPOCH TZ=Pacific/Apia LC_ALL=C.UTF-8 TMPDIR="$work/elsewhere" bin/dist --php="$php_config" --no-emulator
}
check 'it can be built in another folder' build_again
for file in "$again"/dist/*; do
	name=$(basename "$file")
	[ "$name" = SHA256SUMS ] || check "$name is the same" cmp "$file" "dist/$name"
done
