#!/usr/bin/env bash
# Install what the bank, its checks and its demonstration need into this folder.
# With the word "tests" also what the tests need from the machine: a browser and PostgreSQL.
# With the word "bench" also what the benchmarks are measured against.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

install_venv() {
    local python
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        need_apt "Python's virtual environments" python3-venv
    fi
    say "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
    rm -f .setup/python .setup/node
}

install_packages() { # <lock file> [option]...
    local lock=$1
    shift
    say "Installing $lock"
    "$BIN/pip" install --quiet --disable-pip-version-check --require-hashes \
        --only-binary :all: "$@" --requirement "$lock"
}

# npm, and a Node new enough for it: the machine's own, else the one that comes as a Python package.
find_node() {
    local major
    major=$( (node --version 2>/dev/null || true) | sed -E 's/^v([0-9]+).*/\1/')
    if [ "${major:-0}" -lt "$NODE_MAJOR" ] || ! command -v npm >/dev/null; then
        once node requirements-node.lock -- install_packages requirements-node.lock
        export PATH="$PWD/$BIN:$PATH"
    fi
}

install_pages() {
    find_node
    say "Installing page packages with Node $(node --version)"
    npm ci --ignore-scripts --loglevel=error >&2
    "$BIN/python" -m tools.vendor
}

compile_translations() {
    say "Compiling translations"
    "$BIN/pybabel" -q compile --directory web/translations
}

install_test_machine() {
    local missing=()
    [ -x /usr/bin/chromium ] || missing+=(chromium)
    [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing+=(fonts-noto-cjk)
    [ -x /usr/lib/postgresql/15/bin/initdb ] || missing+=(postgresql-15)
    [ -e /usr/lib/postgresql/15/lib/postgis-3.so ] || missing+=(postgresql-15-postgis-3)
    command -v hledger >/dev/null || missing+=(hledger)
    [ ${#missing[@]} = 0 ] || need_apt "the tests (a browser, PostgreSQL, hledger)" "${missing[@]}"
}

mkdir -p .setup
exec 9>.setup/lock
flock 9 # two makes at once take turns

"$BIN/python" -c 'import pip' 2>/dev/null || install_venv
once python requirements-dev.lock -- install_packages requirements-dev.lock
[ -d web/static/vendor ] && [ -d web/fonts ] && [ -d node_modules ] || rm -f .setup/pages
once pages package.json package-lock.json tools/vendor.py -- install_pages
catalogues=(web/translations/*/LC_MESSAGES/*.po)
if [ -e "${catalogues[0]}" ]; then
    for catalogue in "${catalogues[@]}"; do
        [ -e "${catalogue%.po}.mo" ] || rm -f .setup/translations
    done
    once translations "${catalogues[@]}" -- compile_translations
fi
case ${1:-} in
tests) install_test_machine ;;
bench)
    install_test_machine
    once bench requirements-bench.lock -- \
        install_packages requirements-bench.lock --no-binary django-hordak
    ;;
"") ;;
*) fail "usage: tools/setup.sh [tests | bench]" ;;
esac
