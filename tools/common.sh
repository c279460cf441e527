# Shell functions that the set-up scripts share. Sourced from the top of the repository.

BIN=.venv/bin
NODE_MAJOR=20

say() { printf '%s\n' "$@" >&2; }

fail() {
    say "$@"
    exit 1
}

# The first Python on this machine that is new enough.
find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is missing. Install it with: apt-get install python3"
}

# Run a command as root, where we may: as root already, or through sudo without a password.
may_be_root() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# need_apt <what it is for> <package>... : install Debian packages, or say exactly what to install.
need_apt() {
    local purpose=$1
    shift
    local by_hand="apt-get update && apt-get install -y --no-install-recommends $*"
    if ! command -v apt-get >/dev/null; then
        fail "Missing for $purpose: $*. This machine has no apt-get; on Debian 12 it is:" "  $by_hand"
    fi
    if ! may_be_root; then
        fail "Missing for $purpose: $*. Run this as root, then try again:" "  $by_hand"
    fi
    say "Installing for $purpose: $*"
    if ! {
        as_root apt-get update &&
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y --no-install-recommends "$@"
    } >.setup/apt.log 2>&1; then
        tail -n 20 .setup/apt.log >&2
        fail "apt-get failed (all it said is in .setup/apt.log). By hand, as root:" "  $by_hand"
    fi
}

# once <step> <file>... -- <command>... : run the command unless it ran for these very contents.
once() {
    local step=$1 stamp sum
    shift
    local keys=()
    while [ "$1" != -- ]; do
        keys+=("$1")
        shift
    done
    shift
    stamp=.setup/$step
    sum=$(sha256sum "${keys[@]}" | sha256sum)
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && return
    rm -f "$stamp"
    "$@"
    printf '%s\n' "$sum" >"$stamp"
}
