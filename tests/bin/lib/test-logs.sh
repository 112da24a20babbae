# shellcheck shell=bash
# Reads the logs of stages, for bin/test. Sourced, not run.

# count LOG: "passed failed skipped", from the closing lines of cargo test, run-tests.php, PHPUnit, node --test
# and the plain one.
count() {
	awk '
		function number(text, pattern) { return match(text, pattern) ? substr(text, RSTART, RLENGTH) + 0 : 0 }
		/^test result: / { split($0, part, /[.;] /); passed += part[2] + 0; failed += part[3] + 0; skipped += part[4] + 0 }
		/^Tests passed +:/ { passed += $4 }
		/^Tests (failed|leaked|borked) +:/ { failed += $4 }
		/^Tests skipped +:/ { skipped += $4 }
		/^OK \([0-9]+ test/ { passed += substr($2, 2) + 0 }
		/^Tests: [0-9]+, Assertions: / {
			bad = 0; skip = 0; n = split($0, part, /, /)
			for (i = 2; i <= n; i++) {
				value = part[i]; sub(/^[^0-9]*/, "", value); value += 0
				if (part[i] ~ /^(Errors|Failures|Risky|Warnings)/) bad += value
				if (part[i] ~ /^(Skipped|Incomplete)/) skip += value
			}
			all = part[1]; sub(/^Tests: /, "", all)
			failed += bad; skipped += skip; passed += all - bad - skip
		}
		/^(#|ℹ) pass [0-9]+$/ { passed += $3 }
		/^(#|ℹ) fail [0-9]+$/ { failed += $3 }
		/^(#|ℹ) skipped [0-9]+$/ { skipped += $3 }
		/^([a-z-]+: )?[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ {
			line = $0; sub(/^[a-z-]+: /, "", line); split(line, part, /, /)
			passed += part[1]; failed += part[2]; skipped += part[3]
		}
		END { print passed + 0, failed + 0, skipped + 0 }
	' "$1"
}

# name_failures LOGS STAGE…: the tests that failed, at most some 60 lines: the end of a long output is what is kept of it.
name_failures() {
	local logs=$1 stage passed failed most=60 lines
	shift
	for stage in "$@"; do
		if ! read -r passed failed _ 2>/dev/null <"$logs/$stage.count"; then
			printf '%s did not run\n' "$stage"
		elif [ "$failed" -gt 0 ]; then
			printf '%s, %d of %d:\n' "$stage" "$failed" $((passed + failed))
			awk -f "$ROOT/tests/bin/lib/failures.awk" "$logs/$stage.log"
		fi
	done >"$logs/failures"
	[ -s "$logs/failures" ] || return 0
	printf '\nFailed:\n'
	lines=$(wc -l <"$logs/failures")
	if [ "$lines" -le $most ]; then
		cat "$logs/failures"
	else
		# The names alone, as many as there is room for.
		grep -v '^      ' "$logs/failures" | head -n $most
		printf 'All of them, with their messages: target/test-logs/failures\n'
	fi
}
