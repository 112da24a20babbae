# Prints what failed in the log of a stage: each test's name, indented by two, and below it, by six, how its message begins.
# Reads what PHPUnit, cargo test, node --test, run-tests.php with the differences that tests/bin/phpt prints, chaos and the
# plain scripts print. Where none of them names a test, it prints how the log ends.

function finish(   i) {
	if (name == "") return
	if (seed != "") print "  random seed " seed
	seed = ""
	print "  " substr(name (where == "" ? "" : " (" where ")"), 1, 200)
	for (i = 1; i <= said; i++) print "      " message[i]
	name = where = ""
	any = 1
}
function test(text, lines) { finish(); name = text; said = 0; left = lines }
function tell(text) {
	gsub(/^[ \t]+|[ \t\r]+$/, "", text)
	if (text != "" && left-- > 0) message[++said] = substr(text, 1, 200)
}
function file(text) { sub(/:$/, "", text); sub(/^.*\//, "", text); return text }

/[^ \t]/ { last_but_one = last; last = $0 }

# PHPUnit
/^Random Seed: / { finish(); seed = $3; next }
/^There (was|were) [0-9]+ / { finish(); mode = /skipped|incomplete/ ? "" : "phpunit"; next }
/^(FAILURES!|ERRORS!|WARNINGS!|OK, but )/ && mode == "phpunit" { finish(); mode = ""; next }
mode == "phpunit" && /^[0-9]+\) / { sub(/^[0-9]+\) /, ""); test($0, 2); is_difference = 0; next }
mode == "phpunit" && /^\/.*:[0-9]+$/ { if (where == "") where = file($0); next }
mode == "phpunit" && /^--- Expected/ { is_difference = 1; left = 2; next }
mode == "phpunit" { if ($0 != "--" && (!is_difference || /^[-+][^-+]/)) tell($0); next }

# cargo test
/^---- .* stdout ----$/ { sub(/^---- /, ""); sub(/ stdout ----$/, ""); test($0, 3); mode = "rust"; next }
mode == "rust" && /^failures:$/ { finish(); mode = ""; next }
mode == "rust" && /^thread .* panicked at / { where = $0; sub(/^.* panicked at /, "", where); where = file(where); next }
mode == "rust" && /^(stack backtrace:|note: )/ { left = 0; next }
mode == "rust" { tell($0); next }

# node --test
/^test at / { finish(); place = file($3); mode = "node"; next }
mode == "node" && /^✖ / { sub(/^✖ /, ""); sub(/ \([0-9.]+ms\)$/, ""); test($0, 2); where = place; next }
mode == "node" && /^ +at / { left = 0; next }
mode == "node" && /^( |$)/ { tell($0); next }

# run-tests.php; the differences come after the names
/^(FAILED|BORKED|LEAKED) TEST SUMMARY$/ { mode = "phpt"; next }
mode == "phpt" && /^=+$/ { mode = ""; next }
mode == "phpt" && match($0, /[^\/\[]*\.phpt\]/) { phpt[substr($0, RSTART, RLENGTH - 6)] = $0; next }
/^--- / && ($2 in phpt) { test(phpt[$2], 2); delete phpt[$2]; mode = "difference"; next }
mode == "difference" && /^(---|valgrind )/ { finish(); mode = "" }
mode == "difference" { if (/^[0-9]+[-+]/) tell($0); next }
/^valgrind found:$/ { test("valgrind", 3); mode = "valgrind"; next }
mode == "valgrind" { tell($0); next }

# plain scripts, chaos
/^FAIL  / { test(substr($0, 7), 2); mode = "plain"; next }
/^seed [0-9]+ .*: FAILED$/ { test($0, 2); mode = "plain"; next }
mode == "plain" && /^  / { tell($0); next }
mode == "plain" || mode == "node" { finish(); mode = "" }

END {
	finish()
	for (base in phpt) test(phpt[base], 0)
	finish()
	if (!any) test("no test is named; the log ends with:", 2)
	if (!any) { tell(last_but_one); tell(last) }
	finish()
}
