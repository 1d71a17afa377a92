#!/usr/bin/env bash
# Sets everything up, then runs the main job on the demo study: in a window where there is a
# display; elsewhere headless, leaving the results in ./emgview-demo.
#
#   bash packaging/run.sh [arguments of "emgview demo"]
set -euo pipefail

root=$(dirname "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)")
emgview=$root/.venv/bin/emgview

# A display that is named but does not answer would end the program: Qt is asked first.
display_works() {
  [ "$(uname -s)" != Darwin ] || return 0
  [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 1
  # Qt aborts where nothing answers; the "or" makes the inner shell, which is silent, report it.
  (timeout 30 "$root/.venv/bin/python" -c '
import sys
from PySide6.QtGui import QGuiApplication

sys.exit(QGuiApplication([]).platformName() in {"offscreen", "minimal"})' || exit 1) >/dev/null 2>&1
}

names_folder() { # names_folder ARGUMENTS...: whether --headless is among them
  local word
  for word in "$@"; do
    case $word in --headless | --headless=*) return 0 ;; esac
  done
  return 1
}

tell_results() { # tell_results FOLDER: what was left where; fails where something is missing
  local name file missing=
  printf '\nThe demo study was reviewed and reported without a window. In %s:\n' "$1"
  for name in "study.json:the study" "report.pdf:its signed report" \
    "report.json:the same report for programs" "screen.png:a picture of the screen"; do
    file=$1/${name%%:*}
    [ -f "$file" ] || file=$(find "$1" -name "${name%%:*}" -type f 2>/dev/null | sort | head -n 1)
    if [ -z "$file" ]; then
      missing="$missing ${name%%:*}"
    elif [ "${name%%:*}" = study.json ]; then
      printf '  %-28s %s\n' "${name#*:}" "$(dirname "$file")/"
    else
      printf '  %-28s %s\n' "${name#*:}" "$file"
    fi
  done
  [ -z "$missing" ] || {
    printf 'emgview: the demo left no%s.\n' "$missing" >&2
    return 1
  }
}

bash "$root/packaging/setup.sh" run

if names_folder "$@"; then
  QT_QPA_PLATFORM=offscreen "$emgview" demo "$@"
elif display_works; then
  "$emgview" demo "$@"
else
  folder=./emgview-demo
  echo "emgview: no display; running the demo study headless."
  QT_QPA_PLATFORM=offscreen "$emgview" demo --headless "$folder" "$@"
  tell_results "$folder"
fi
