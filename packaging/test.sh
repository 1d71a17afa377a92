#!/usr/bin/env bash
# Sets everything up and runs the whole test suite; the suites marked slow have commands of their
# own in the README.
#
#   bash packaging/test.sh [arguments of pytest]
set -euo pipefail

root=$(dirname "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)")
bash "$root/packaging/setup.sh" test

# Qt warns where the session has no folder for sockets, and a Qt warning fails a test.
if [ -z "${XDG_RUNTIME_DIR:-}" ]; then
  XDG_RUNTIME_DIR=$(mktemp -d "${TMPDIR:-/tmp}/emgview-test.XXXXXX")
  export XDG_RUNTIME_DIR
  trap 'rm -rf "$XDG_RUNTIME_DIR"' EXIT
fi

cd "$root"
unset PYTHONHOME PYTHONPATH
export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
.venv/bin/python -m pytest -m "not slow" "$@"
