# shellcheck shell=bash
# shellcheck disable=SC2034  # what is set here is used where this is sourced
# Shared by the scripts in tests/bin: what bin/lib has, and waiting, processes, environments. Sourced, not run.

. "$(dirname "${BASH_SOURCE[0]}")/../../../bin/lib/common.sh"
ENVIRONMENTS="$TARGET/env"
LEAKS="$TARGET/leaks"
EMULATOR="${CLOSTE_EMULATOR:-$CARGO_TARGET/release/closte-emulator}"

# wait_for SECONDS COMMAND...: until the command succeeds; fails when the time is over.
wait_for() {
	local end=$((${EPOCHREALTIME/[.,]/} / 1000 + $1 * 1000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $((${EPOCHREALTIME/[.,]/} / 1000)) -lt "$end" ] || return 1
		sleep 0.05
	done
}

# A process that has ended but that nobody has reaped yet is gone too.
gone() { ! kill -0 "$1" 2>/dev/null || grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; }

# stop_process PID: asks, waits, insists.
stop_process() {
	gone "$1" && return 0
	kill -TERM "$1" 2>/dev/null || return 0
	wait_for 10 gone "$1" || kill -KILL "$1" 2>/dev/null || true
}

# take_down NAME…: removes environments. For an EXIT trap: the script's status stays, unless a worker of an
# environment's web server has crashed.
take_down() {
	local status=$? name
	for name in "$@"; do
		"$ROOT/tests/bin/wp-env" down "$name" || status=1
	done
	exit "$status"
}

# free_port: a TCP port that nobody listens on now, below those that the system gives to connections.
free_port() {
	php -n -r 'do { $port = random_int( 10000, 32000 ); } while ( ! @stream_socket_server( "tcp://127.0.0.1:$port" ) ); echo $port;'
}

# json FILE KEY...: one value of a JSON file, empty when it is not there.
json() {
	local file=$1
	shift
	php -n -r '$v = json_decode( file_get_contents( $argv[1] ), true ); foreach ( array_slice( $argv, 2 ) as $k ) { $v = $v[ $k ] ?? null; } echo is_scalar( $v ) ? $v : ( null === $v ? "" : json_encode( $v ) );' "$file" "$@"
}
