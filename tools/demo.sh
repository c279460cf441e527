#!/usr/bin/env bash
# Serve a demonstration county from an embedded SQLite bank; a second start keeps its data.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/common.sh

port=${PORT:-8000}
settings=instance/demo.env

write_settings() {
    say "Writing $settings"
    mkdir -p instance
    (
        umask 077
        "$BIN/python" >"$settings.new" <<'PYTHON'
from secrets import token_hex, token_urlsafe

from cryptography.fernet import Fernet

print("# Settings of the demonstration. Without these keys its data cannot be read.")
print(f"SECRET_KEY={token_urlsafe(32)}")
print(f"ENCRYPTION_KEYS={Fernet.generate_key().decode()}")
print(f"SIGNING_KEY={token_hex(32)}")
print("DATABASE_URL=sqlite:///instance/bank.sqlite")
print("FILES_DIR=instance/files")
print("DEMO=true")
print("SECURE_COOKIES=false")
PYTHON
    )
    chmod 600 "$settings.new"
    mv "$settings.new" "$settings"
}

"$BIN/python" - "$port" <<'PYTHON' || fail "Port $port is taken; try: make demo PORT=8001"
import socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(sys.argv[1])))
    except OSError:
        sys.exit(1)
PYTHON

[ -f "$settings" ] || write_settings
unset BANKS # the demonstration is one bank, whatever else this shell is set up for
set -a
. "./$settings"
set +a

flask=("$BIN/flask" --app wsgi)
"${flask[@]}" db upgrade
"${flask[@]}" demo load
say "" "The demonstration county is at http://127.0.0.1:$port/   (Ctrl-C stops it)"
say "  the API's reader page:  http://127.0.0.1:$port/api/"
say ""
"${flask[@]}" demo logins
say "" "For commands in another terminal:  set -a; . $settings; set +a; .venv/bin/flask --app wsgi --help"
exec "$BIN/gunicorn" wsgi:app --workers 2 --bind "127.0.0.1:$port" --log-level warning \
    --no-control-socket
