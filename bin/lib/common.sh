# shellcheck shell=bash
# shellcheck disable=SC2034  # what is set here is used where this is sourced
# Shared by the scripts in bin and tests/bin: paths, messages. Sourced, not run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
TARGET="$ROOT/target"
# The lifetime of one machine's checkout: build products of one clone are never shared with another.
CARGO_TARGET=${CARGO_TARGET_DIR:-$TARGET}
EXTENSION="${CLOSTE_EXTENSION:-$CARGO_TARGET/release/libcloste.so}"
WP_FILES="$TARGET/wp-files"

# rustup installs into ~/.cargo/bin; a login shell that has not been restarted does not know it yet. Servers and
# phpenmod live in sbin, which Debian leaves out of an ordinary user's PATH. Nothing is added twice: cargo builds anew
# when PATH changes.
for directory in "$HOME/.cargo/bin" /usr/local/sbin /usr/sbin /sbin; do
	case ":$PATH:" in
		*":$directory:"*) ;;
		*) PATH="$PATH:$directory" ;;
	esac
done
export PATH

say() { printf '%s\n' "$*" >&2; }
die() { say "Error: $*"; exit 1; }
