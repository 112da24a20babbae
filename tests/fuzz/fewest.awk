# Reads the control file of a libFuzzer merge and prints the paths of the inputs that together reach most, at most `most`
# of them: each time the one that adds most to those before it.
#
# The file: how many inputs, how many of them are kept anyway, their paths; then for each a line "FT number feature…".
NR == 1 { inputs = $1; next }
NR == 2 { next }
NR <= inputs + 2 { path[NR - 3] = $0; next }
$1 == "FT" { number = $2; $1 = $2 = ""; reached[number] = $0 }

END {
	while (chosen++ < most) {
		best = 0
		for (number in reached) {
			count = split(reached[number], features, " ")
			fresh = 0
			for (i = 1; i <= count; i++) fresh += !(features[i] in seen)
			if (fresh > best) { best = fresh; pick = number }
			# What adds nothing now never will.
			if (fresh == 0) delete reached[number]
		}
		if (best == 0) break
		count = split(reached[pick], features, " ")
		for (i = 1; i <= count; i++) seen[features[i]]
		print path[pick]
		delete reached[pick]
	}
}
