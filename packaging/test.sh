#!/usr/bin/env bash
# Sets everything up and runs the whole test suite; the suites marked slow have commands of their
# own in the README. What hangs on no clock runs in two processes first, then one test at a time
# what watches windows, threads, other processes or the time.
#
#   bash packaging/test.sh                         the whole suite
#   bash packaging/test.sh [arguments of pytest]   these tests, in one process
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
if [ $# -gt 0 ]; then
  .venv/bin/python -m pytest -m "not slow" "$@"
else
  status=0
  .venv/bin/python -m pytest -m "not slow and not alone" -n 2 --dist loadfile --benchmark-disable \
    || status=$?
  .venv/bin/python -m pytest -m "not slow and alone" || status=$?
  exit "$status"
fi
