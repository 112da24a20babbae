# shellcheck shell=bash
# shellcheck disable=SC2034  # the counts are used where this is sourced
# Checks of format and style, shared by bin/lint and tests/bin/pre-push. Sourced after common.sh, from the root.

passed=0 failed=0 skipped=0

# check NAME COMMAND…: prints what the command says only if it fails.
check() {
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		passed=$((passed + 1))
		printf 'ok    %s\n' "$name"
	else
		failed=$((failed + 1))
		printf 'FAIL  %s\n%s\n' "$name" "$said"
	fi
}
# refuses NAME PATTERN COMMAND…: the command must fail, and say why.
refuses() {
	local name=$1 pattern=$2 said
	shift 2
	if ! said=$("$@" 2>&1) && grep -q -- "$pattern" <<<"$said"; then check "$name" true; else check "$name" not_refused "$said"; fi
}
not_refused() { printf '%s\n' "$1"; return 1; }
skip() {
	skipped=$((skipped + 1))
	printf 'skip  %s\n' "$1"
}
# The closing line; status 0 only if nothing failed.
sum_up() {
	printf '\n%d passed, %d failed%s\n' "$passed" "$failed" "$([ "$skipped" -eq 0 ] || printf ', %d skipped' "$skipped")"
	[ "$failed" -eq 0 ]
}

# sources PATTERN…: what git knows or would add, so no build products and nothing that was installed.
sources() { git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do [ ! -f "$file" ] || echo "$file"; done; }

# The checks below read names of files from standard input where they are not about the whole tree.
php_syntax() {
	local status=0 file
	while read -r file; do
		php -n -l "$file" >/dev/null || status=1
	done
	return $status
}
# shellcheck disable=SC2046
php_style() { phpcs --standard=phpcs.xml $(cat); }
short_files() {
	local status=0 file lines
	while read -r file; do
		lines=$(wc -l <"$file")
		[ "$lines" -le 500 ] || { echo "$file has $lines lines: split it by what changes together (about 400)"; status=1; }
	done
	return $status
}
shell_scripts() {
	sources 'bin/*' 'tests/*' '.ci/*' | while read -r file; do
		head -c 80 "$file" | grep -aq '^#!.*/\(env bash\|sh\)$\|shell=bash' && echo "$file"
	done
}
# shellcheck disable=SC2046
shell_style() { shellcheck --source-path=SCRIPTDIR --external-sources --severity=warning --exclude=SC1091 $(shell_scripts); }
# rustfmt wraps code, and leaves comments as they are.
narrow_comments() {
	local status=0 file
	while read -r file; do
		awk -v file="$file" '/```/ { fence = !fence } length > 100 && /^ *\/\// && !fence { print file ":" FNR " is longer than 100 characters"; bad = 1 } END { exit bad }' "$file" || status=1
	done
	return $status
}
# lint_workflows ACTIONLINT: and actions are named by a version, not by what may change.
lint_workflows() {
	local loose
	loose=$(grep -rnE '^ *(- )?uses:' .github/workflows | grep -vE '@v[0-9]+\.[0-9]+\.[0-9]+$')
	[ -z "$loose" ] || { echo "name a whole version, such as @v1.2.3:"; echo "$loose"; return 1; }
	node bin/lib/lint-workflows.mjs "$1" .github/workflows/*.yml
}
