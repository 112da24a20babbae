# shellcheck shell=bash
# Links for an older C library than this machine's. Sourced after common.sh.
#
# A library that is linked here asks for the newest version of each symbol, which an older system does not have: of
# pthread_create, say, that of glibc 2.34, though the one of 2.2.5 does the same. So the linker is shown stand-ins for the C
# library, with each symbol in the newest version that the oldest supported glibc has. They are needed for linking alone.

# Rust's standard library needs as much.
GLIBC=2.17

# link_for_old_glibc FOLDER: makes the stand-ins there, if they are not there. Prints the arguments for the linker, one a line.
link_for_old_glibc() {
	local folder=$1 libc
	libc=$(gcc -print-file-name=libc.so.6)
	[ "$libc" != libc.so.6 ] || return 0
	if [ ! -e "$folder/made-of-$(stat -L -c '%s-%Y' "$libc")" ]; then
		rm -rf "$folder"
		mkdir -p "$folder"
		# Before 2.34, threads and dlsym were in libraries of their own: those are named, and still there in later versions.
		stand_in "$folder" libpthread.so.0 '^(pthread|sem)_' "$libc"
		stand_in "$folder" libdl.so.2 '^dl' "$libc"
		# What the dynamic linker has counts as the C library's.
		stand_in "$folder" libc.so.6 '^' "$libc" "$(gcc -print-file-name="$(objdump -p "$libc" | awk '$1 == "NEEDED" { print $2 }')")"
		stand_in "$folder" libm.so.6 '^' "$(gcc -print-file-name=libm.so.6)"
		# Before 2.33, these were functions that each program brought along.
		gcc -O2 -fPIC -c -x c -o "$folder/stat.o" - <<-'C'
			#ifdef __x86_64__
			enum { version = 1 };
			#else
			enum { version = 0 };
			#endif
			int __xstat64(int, const char *, void *);
			int __lxstat64(int, const char *, void *);
			int __fxstat64(int, int, void *);
			int __fxstatat64(int, int, const char *, void *, int);
			#define OURS __attribute__((visibility("hidden"))) int
			OURS stat64(const char *path, void *found) { return __xstat64(version, path, found); }
			OURS lstat64(const char *path, void *found) { return __lxstat64(version, path, found); }
			OURS fstat64(int file, void *found) { return __fxstat64(version, file, found); }
			OURS fstatat64(int folder, const char *path, void *found, int flags) { return __fxstatat64(version, folder, path, found, flags); }
		C
		touch "$folder/made-of-$(stat -L -c '%s-%Y' "$libc")"
	fi
	printf '%s\n' "-L$folder" "$folder/stat.o"
}

# stand_in FOLDER NAME PATTERN LIBRARY…: a library of that name, with those symbols of the libraries that match.
stand_in() {
	local folder=$1 name=$2 pattern=$3 versions="$1/$2.versions"
	shift 3
	# Lines of a name and its version, the newest that is old enough.
	objdump -T "$@" | awk -v pattern="$pattern" -v oldest="$GLIBC" '
		function older(a, b,    x, y, i) {
			split(a, x, "."); split(b, y, ".")
			for (i = 1; i <= 3; i++) if (x[i] + 0 != y[i] + 0) return x[i] + 0 < y[i] + 0
			return 0
		}
		!/\*(UND|ABS)\*/ && $NF ~ pattern && match($0, /GLIBC_[0-9.]+/) {
			version = substr($0, RSTART + 6, RLENGTH - 6)
			if (!older(oldest, version) && (!($NF in found) || older(found[$NF], version))) found[$NF] = version
		}
		END { for (name in found) print name, found[name] }' | LC_ALL=C sort -k 2,2V -k 1,1 >"$versions"
	awk '{ print ".globl " $1 "\n.type " $1 ", %function\n" $1 ":" }' "$versions" | gcc -x assembler -c -o "$folder/$name.o" -
	awk '$2 != version { if (version) print "};"; version = $2; print "GLIBC_" version " {" } { print $1 ";" } END { print "};" }' "$versions" >"$versions.map"
	gcc -shared -nostdlib -Wl,-soname,"$name" -Wl,--version-script,"$versions.map" -o "$folder/${name%.so.*}.so" "$folder/$name.o"
	rm "$folder/$name.o" "$versions" "$versions.map"
}

# glibc_of LIBRARY: the oldest glibc that it runs with.
glibc_of() { objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sort -u -V | tail -n 1 | sed 's/^GLIBC_//'; }

# old_enough LIBRARY: whether it runs with $GLIBC; says what is in the way. A symbol without a version is found only where the
# C library has it: it must not be one of the C library, unless it may be missing (weak).
old_enough() {
	local needed unversioned
	needed=$(glibc_of "$1")
	[ "$(printf '%s\n' "$needed" "$GLIBC" | sort -V | tail -n 1)" = "$GLIBC" ] || { echo "it needs glibc $needed:"; objdump -T "$1" | grep -F "GLIBC_$needed"; return 1; }
	unversioned=$(objdump -T "$1" | awk '$2 !~ /w/ && /\*UND\*/ && !/GLIBC_|GCC_/ { print $NF }' |
		grep -F -x -f - <(objdump -T "$(gcc -print-file-name=libc.so.6)" | awk '{ print $NF }'))
	[ -z "$unversioned" ] || { echo "it needs these, in a version of their own:" $unversioned; return 1; }
}
