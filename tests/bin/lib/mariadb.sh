# shellcheck shell=bash
# A private MariaDB server: its own data folder, a socket, no port. Sourced after common.sh.

# start_mariadb DATA_DIR SOCKET: user root, no password, over the socket alone. Leaves DATA_DIR/mariadb.pid.
start_mariadb() {
	local data=$1 socket=$2
	# Temporary tables of two servers that start at once must not meet in /tmp.
	mkdir -p "$data" "$data.tmp"
	mariadb-install-db --no-defaults --datadir="$data" --user="$(id -un)" --auth-root-authentication-method=normal \
		--skip-test-db --tmpdir="$data.tmp" >"$data.install.log" 2>&1 ||
		{ cat "$data.install.log" >&2; die "MariaDB could not make its data folder $data"; }
	# The data lives for one test run: nothing is worth an fsync.
	setsid mariadbd --no-defaults --user="$(id -un)" --datadir="$data" --socket="$socket" --skip-networking \
		--pid-file="$data/mariadb.pid" --tmpdir="$data.tmp" --log-error="$data.log" --innodb-buffer-pool-size=64M \
		--innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --innodb-doublewrite=0 \
		--character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci </dev/null >/dev/null 2>&1 &
	wait_for 60 mariadb --no-defaults --socket="$socket" --user=root -e 'SELECT 1' ||
		{ tail -n 20 "$data.log" >&2; die "MariaDB did not start"; }
}

# The data is thrown away with the server, so nothing is gained by an orderly end.
stop_mariadb() {
	[ ! -s "$1/mariadb.pid" ] || kill -KILL "$(cat "$1/mariadb.pid")" 2>/dev/null || true
}
