# shellcheck shell=bash
# Checks, and the lines that README.md and docs/install.md tell people to type. Sourced by what runs in the clean machine.

passed=0 failed=0
output=/tmp/output
ok() {
	passed=$((passed + 1))
	printf 'ok    %s\n' "$1"
}
fail() {
	failed=$((failed + 1))
	printf 'FAIL  %s\n' "$1"
	[ ! -s "$output" ] || sed 's/^/      /' "$output"
}
# check TEXT COMMAND…: the command must succeed.
check() {
	local text=$1
	shift
	if "$@" >"$output" 2>&1; then ok "$text"; else fail "$text"; fi
}
# refutes TEXT COMMAND…: the command must fail.
refutes() {
	local text=$1
	shift
	if "$@" >"$output" 2>&1; then fail "$text"; else ok "$text"; fi
}
finish() {
	printf '%d of its checks passed, %d failed\n' "$passed" "$failed"
	[ "$failed" -eq 0 ]
}

# as_typed DOCUMENT BEGINNING: the one line of its examples that begins so, or is that, for the PHP of this machine and without
# its comment.
as_typed() {
	local examples lines
	examples=$(sed -nE 's/^ {0,3}//; /^```/,/^```/p' "/documents/$1" | sed -E "s/8\.2/$PHP/g; s/20220829/$api/g; s/ +# .*//" | sort -u)
	lines=$(grep -xF -- "$2" <<<"$examples") || lines=$(beginning=$2 awk 'index($0, ENVIRON["beginning"]) == 1' <<<"$examples")
	if [ -z "$lines" ] || [ "$(wc -l <<<"$lines")" -ne 1 ]; then
		echo "$1 has no such line, or several: $2" >&2
		return 1
	fi
	printf '%s\n' "$lines"
}
# types DOCUMENT BEGINNING: does that, in this shell.
types() {
	local line
	line=$(as_typed "$@") || return 1
	echo "\$ $line"
	eval "$line"
}

# shellcheck disable=SC2034  # for where this is sourced
case "$PHP" in
	8.2) api=20220829 ;;
	8.4) api=20240924 ;;
esac

# wait_until COMMAND…: succeeds once it does; two minutes at most.
wait_until() {
	local end=$((SECONDS + 120))
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}
# modules PHP…: what it has; fails where it complains, such as of a library that is not there.
modules() { "$@" -m 2>&1 >/tmp/modules | grep . && return 1; cat /tmp/modules; }
has_module() { modules "$@" && grep -qx closte /tmp/modules; }
lacks_module() { modules "$@" && ! grep -qx closte /tmp/modules; }
