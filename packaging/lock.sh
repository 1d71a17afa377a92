#!/usr/bin/env bash
# Writes both lock files anew: the newest releases that pyproject.toml admits, for every supported
# Python and system, with SHA-256 sums and without the name of any host.
#
#   bash packaging/lock.sh            needs uv (pip install uv) and an interpreter on the PATH
#   bash packaging/lock.sh NAME...    renews these packages only (as far as uv.lock is present)
#
# uv.lock itself stays out of the tree, because it names the host of every file.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export UV_PYTHON_DOWNLOADS=never

if [ $# -eq 0 ]; then
  uv lock --upgrade
else
  uv lock "${@/#/--upgrade-package=}"
fi

export_lock() { # export_lock FILE CHOICE...
  local file=packaging/$1
  shift
  uv export --quiet --frozen --format requirements-txt --no-emit-project --no-header \
    --all-extras "$@" --output-file "$file" >/dev/null
  if grep -n '://' "$file"; then
    echo "$file names a host (above): it must not be committed." >&2
    exit 1
  fi
  echo "$file: $(grep -c '==' "$file") packages"
}

export_lock requirements.lock --no-dev --group build
export_lock requirements-dev.lock --all-groups
