# shellcheck shell=bash
# Makes and enters the systems of tests/bin/debian-root. Sourced after common.sh.

CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/closte"
SYSTEMS="$CACHE/systems"
ARCHIVES="$CACHE/archives"
ENTER="$(dirname "${BASH_SOURCE[0]}")/enter-root"

# What the stage php-8.4 builds with and runs.
PHP_84=(php8.4-cli php8.4-curl php8.4-dev php8.4-fpm php8.4-intl php8.4-mbstring php8.4-mysql php8.4-sqlite3 php8.4-xml
	php8.4-zip ca-certificates mariadb-client mariadb-server nginx-light openssl procps valgrind)

no_system() {
	say "Debian systems cannot be had here: $*."
	exit 77
}

# choose_system SYSTEM [PACKAGE…]: sets suite, packages, system_name, system_dir. A change of what makes it makes it anew.
choose_system() {
	local recipe=(bootstrap) key
	case "$1" in
		bookworm | trixie) suite=$1 ;;
		php-8.4) suite=trixie; set -- "$@" "${PHP_84[@]}" ;;
		*) die "there is no system $1; see tests/bin/debian-root --help" ;;
	esac
	system_name=$1
	shift
	packages=()
	[ $# -eq 0 ] || mapfile -t packages < <(printf '%s\n' "$@" | sort -u)
	[ ${#packages[@]} -eq 0 ] || recipe+=(add_packages write_php_wrappers)
	key=$({ printf '%s\n' "$suite" "${packages[@]}"; declare -f "${recipe[@]}"; } | sha256sum)
	system_dir="$SYSTEMS/$system_name-${key:0:16}"
}

# make_system: leaves the chosen system in $system_dir/root, with a shared lock on it (descriptor 8) for as long as this
# process lives. A run that was interrupted leaves a folder of another name, which the next one removes.
make_system() {
	mkdir -p "$SYSTEMS" "$ARCHIVES/$suite/partial"
	if [ ! -e "$system_dir/root" ]; then
		can_make_systems
		if [ ${#packages[@]} -eq 0 ]; then
			make_once bootstrap
		else
			local bare
			bare=$("$ROOT/tests/bin/debian-root" up "$suite") || exit
			make_once add_packages "$bare"
		fi
		remove_systems 30
	fi
	exec 8>"$system_dir/lock"
	flock --shared 8
	[ -e "$system_dir/root" ] || die "$system_name was removed just now; try again"
	touch "$system_dir/used"
}

can_make_systems() {
	[ "$(id -u)" -eq 0 ] || no_system 'it takes root to make one'
	command -v debootstrap >/dev/null || no_system 'debootstrap is not installed'
	unshare --mount --pid --net --fork true 2>/dev/null || no_system 'the kernel gives no namespaces of our own'
	getent hosts "$(mirror | cut -d/ -f3)" >/dev/null || no_system "Debian's packages cannot be reached"
}

# The mirror that apt uses here, if it is Debian's, or debootstrap's own choice.
mirror() {
	local targets
	# shellcheck disable=SC2016  # apt fills it in
	targets=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null || true)
	grep -m1 '/debian/$' <<<"$targets" || sed -n 's/^DEF_MIRROR="\(.*\)"/\1/p' "$(command -v debootstrap)"
}

# make_once MAKER…: has it fill $making/root, unless somebody else does so meanwhile.
make_once() {
	local making="$SYSTEMS/.making-$system_name" log="$SYSTEMS/.making-$system_name.log" status=0
	exec 7>"$SYSTEMS/.lock-$system_name"
	flock 7
	if [ ! -e "$system_dir/root" ]; then
		say "Making the Debian system $system_name, kept in $system_dir"
		rm -rf "$making"
		mkdir -p "$making"
		"$@" >"$log" 2>&1 8>&- 7>&- </dev/null || status=$?
		if [ "$status" -ne 0 ]; then
			tail -n 20 "$log" >&2
			rm -rf "$making"
			# Nothing of ours was tested yet: what failed is a mirror or the machine.
			no_system "making $system_name failed (see $log)"
		fi
		echo "$system_name" "${packages[@]}" >"$making/name"
		write_php_wrappers
		touch "$making/lock" "$making/used"
		rm -rf "$system_dir"
		mv "$making" "$system_dir"
	fi
	exec 7>&-
}

# In namespaces of its own, so that nothing stays mounted or goes on running whatever ends it.
contained() { setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --propagation private "$@"; }

bootstrap() {
	contained debootstrap --variant=minbase --cache-dir="$ARCHIVES/$suite" "$suite" "$making/root" "$(mirror)" &&
		contained "$ENTER" --in-place --network "--bind=rw:$ARCHIVES/$suite:/var/cache/apt/archives" \
			"$making/root" apt-get -q update
}

add_packages() {
	cp -a --reflink=auto "$1" "$making/root"
	# shellcheck disable=SC2016  # for the shell inside
	contained "$ENTER" --in-place --network "--bind=rw:$ARCHIVES/$suite:/var/cache/apt/archives" "$making/root" sh -ec '
		# A half-made system is thrown away: nothing is worth an fsync.
		echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/unsafe
		printf "#!/bin/sh\nexit 101\n" >/usr/sbin/policy-rc.d
		chmod 755 /usr/sbin/policy-rc.d
		apt-get -q update
		apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
		rm /usr/sbin/policy-rc.d /etc/dpkg/dpkg.cfg.d/unsafe
	' - "${packages[@]}"
}

# A php and a php-config of the system for whoever builds on this machine: headers are named where they are here, folders to
# install into as they are inside. Both names inside lead over /etc/alternatives, which would be this machine's.
write_php_wrappers() {
	local root="$system_dir/root" bin="$making/bin" version
	version=$(basename "$(ls -d "$making"/root/usr/bin/php-config[0-9]* 2>/dev/null)")
	version=${version#php-config}
	[ -n "$version" ] || return 0
	mkdir "$bin"
	# By its own loader and libraries: that needs no chroot, and anybody may do it.
	cat >"$bin/php" <<-END
		#!/bin/sh
		libraries=\$(echo $root/usr/lib/*-linux-gnu)
		export PHP_INI_SCAN_DIR=
		exec "\$libraries"/ld-linux-*.so.* --library-path "\$libraries" $root/usr/bin/php$version "\$@"
	END
	cat >"$bin/php-config" <<-END
		#!/bin/sh
		case "\$1" in
			--php-binary) echo $system_dir/bin/php ;;
			--includes | --include-dir) sh $root/usr/bin/php-config$version "\$@" | sed 's#/usr/include#$root&#g' ;;
			*) exec sh $root/usr/bin/php-config$version "\$@" ;;
		esac
	END
	chmod +x "$bin/php" "$bin/php-config"
}

# run_in_copy NETWORK [OPTION…] -- COMMAND…: the options are those of enter-root.
run_in_copy() {
	local network=$1 options=() net=(--net) child status=0
	shift
	[ "$(id -u)" -eq 0 ] || no_system 'it takes root to enter one'
	if $network; then
		options+=(--network "--archives=$ARCHIVES/$suite")
		net=()
	fi
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	# unshare itself is deaf to signals; its death is that of all that runs inside, and this shell's is its.
	setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --propagation private "${net[@]}" \
		"$ENTER" "${options[@]}" "$system_dir/root" "$@" <&0 &
	child=$!
	trap 'kill -KILL "$child" 2>/dev/null; exit 130' INT TERM
	wait "$child" || status=$?
	trap - INT TERM
	return "$status"
}

# remove_systems DAYS: those that nothing runs in and nobody used for that long.
remove_systems() {
	local dir
	for dir in "$SYSTEMS"/*/; do
		[ -e "${dir}lock" ] || continue
		[ "$1" -eq 0 ] || [ -n "$(find "${dir}used" -mtime "+$1" 2>/dev/null)" ] || continue
		# One file system: a folder that something is mounted in is not emptied through the mount.
		flock --exclusive --nonblock "${dir}lock" rm -rf --one-file-system "$dir" || say "in use: $dir"
	done
}
