# shellcheck shell=bash
# shellcheck disable=SC2154  # work is set where this is sourced
# The same commit, packed in another folder by another hand, but for the emulator. The library is taken along: tests/bin/phpize
# compiles it in another folder. Sourced by tests/bin/packages.

if [ "${1:-}" = --no-rebuild ]; then
	skip 'packing in another folder: --no-rebuild'
	return
fi
if [ -n "$(git status --porcelain --untracked-files=normal)" ]; then
	skip 'packing in another folder: this checkout has changes that are not committed'
	return
fi
again="$work/elsewhere/again"
git clone -q --local "$ROOT" "$again" && git -C "$again" checkout -q --detach "$(git rev-parse HEAD)"
mkdir -p "$again/target/dist"
cp -a --reflink=auto "$CARGO_TARGET/dist/php$php_version" "$again/target/dist/"
pack_again() {
	umask 077
	env -C "$again" -u CARGO_TARGET_DIR -u SOURCE_DATE_EPOCH TZ=Pacific/Apia LC_ALL=C.UTF-8 TMPDIR="$work/elsewhere" bin/dist --php="$php_config" --no-emulator
}
check 'it can be packed in another folder' pack_again
for file in "$again"/dist/*; do
	name=$(basename "$file")
	[ "$name" = SHA256SUMS ] || check "$name is the same" cmp "$file" "dist/$name"
done
