#!/usr/bin/env bash
# Makes .venv beside this folder ready for one profile and returns at once when it already is.
#
#   bash packaging/setup.sh run      the program (requirements.lock)
#   bash packaging/setup.sh test     the program and the tools of its tests (requirements-dev.lock)
#
# Environment:
#   EMGVIEW_PYTHON              interpreter to use instead of the first suitable one on the PATH
#   EMGVIEW_SYSTEM_PACKAGES=no  only name missing system packages, never install them
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
venv=$root/.venv
python=$venv/bin/python
unfinished=$venv/setup-unfinished # there while packages change: found at the start, it means rebuild
profile=${1:-run}

# Alternatives (|) are names of one package in different releases of Debian and Ubuntu.
packages_offscreen="libglib2.0-0|libglib2.0-0t64 libgl1 libegl1 libxkbcommon0 libfontconfig1
  libfreetype6 libdbus-1-3"
packages_window="libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
  libwayland-cursor0"
packages_test="xvfb xauth poppler-utils"
# Other people's programs that check the report. Where one cannot be had, its tests say SKIPPED.
packages_validators="qpdf mupdf-tools dcmtk dicom3tools softhsm2 opensc"

unset PYTHONHOME PYTHONPATH
export PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf 'emgview: %s\n' "$*"; }
complain() { printf 'emgview: %s\n' "$*" >&2; }
fail() {
  complain "$*"
  exit 1
}

# --- stages that take time -------------------------------------------------------------------

log=$(mktemp "${TMPDIR:-/tmp}/emgview-setup.XXXXXX")
beat=
trap '[ -z "$beat" ] || kill "$beat" 2>/dev/null || true; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A line every 15 s with the latest line of the log. The sleep holds no inherited file: left over
# for some seconds after the stage, it must not keep a reader of our output waiting.
heartbeat() {
  local seconds=0
  while sleep 15 </dev/null >/dev/null 2>&1 9>&-; do
    seconds=$((seconds + 15))
    say "  … $seconds s: $(tail -n 1 "$log" | tr -d '\r' | cut -c 1-100)"
  done
}

# stage TITLE COMMAND...: on a terminal the command shows its own progress, elsewhere we do.
stage() {
  local title=$1 status=0
  shift
  say "$title"
  if [ -t 1 ]; then
    "$@" || status=$?
    return "$status"
  fi
  : >"$log"
  heartbeat &
  beat=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$beat" 2>/dev/null || true
  wait "$beat" 2>/dev/null || true
  beat=
  [ "$status" -eq 0 ] || tail -n 40 "$log" >&2
  return "$status"
}

# --- system packages -------------------------------------------------------------------------

as_root() { # prints the prefix that makes a command run as root; fails where that is not allowed
  if [ "$(id -u)" -eq 0 ]; then
    printf 'env'
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    printf 'sudo -n env'
  else
    return 1
  fi
}

apt_install() { # apt_install PACKAGES...: asks for fresh lists only when the present ones fail
  local prefix
  prefix=$(as_root)
  local apt="$prefix DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120"
  # shellcheck disable=SC2086  # words are meant: prefix and package names hold no spaces
  $apt install -y --no-install-recommends "$@" || {
    $apt update && $apt install -y --no-install-recommends "$@"
  }
}

may_install() {
  [ "${EMGVIEW_SYSTEM_PACKAGES:-yes}" != no ] && command -v apt-get >/dev/null \
    && as_root >/dev/null
}

missing_packages() { # missing_packages SPECS...: prints the name to install for each absent one
  local spec name found installed
  command -v dpkg-query >/dev/null || return 0
  # shellcheck disable=SC2046
  installed=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' $(printf '%s ' "$@" | tr '|' ' ') \
    2>/dev/null || true)"
  for spec in "$@"; do
    found=no
    for name in ${spec//|/ }; do
      case $installed in *" $name:installed "*) found=yes ;; esac
    done
    [ "$found" = yes ] || printf '%s ' "$(present_name "$spec")"
  done
}

present_name() { # of alternatives, the last that this release knows; else the first
  local name answer=${1%%|*}
  for name in ${1//|/ }; do
    ! apt-cache show "$name" >/dev/null 2>&1 || answer=$name
  done
  printf '%s' "$answer"
}

wanted_packages() {
  printf '%s ' "$packages_offscreen"
  if [ "$profile" = test ]; then
    printf '%s ' "$packages_window" "$packages_test"
  elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    printf '%s ' "$packages_window"
  fi
}

missing= # packages that stay missing
system_packages() {
  # shellcheck disable=SC2046
  missing=$(missing_packages $(wanted_packages))
  missing=${missing% }
  [ -n "$missing" ] || return 0
  say "System packages that are missing: $missing"
  if may_install; then
    # shellcheck disable=SC2086
    stage "Installing them …" apt_install $missing && missing= && return 0
    complain "They could not be installed; going on without them."
  else
    complain "They need an administrator. The command is:"
    complain "  sudo apt-get install -y --no-install-recommends $missing"
  fi
  must_try_qt=yes
}

# One by one where they cannot be had together: a release that lacks one may have the others.
validators() {
  [ "$profile" = test ] || return 0
  local absent name
  # shellcheck disable=SC2086
  absent=$(missing_packages $packages_validators)
  absent=${absent% }
  [ -n "$absent" ] || return 0
  if ! may_install; then
    complain "Programs that check the report are missing, their tests are skipped: $absent"
    return 0
  fi
  # shellcheck disable=SC2086
  stage "Installing programs that check the report: $absent …" apt_install $absent && return 0
  for name in $absent; do
    stage "Installing $name alone …" apt_install "$name" \
      || complain "$name could not be installed; its tests are skipped."
  done
}

# On systems without dpkg, and where packages stayed missing, the loader itself is asked.
try_qt() {
  local answer
  if answer=$(QT_QPA_PLATFORM=offscreen "$python" -c \
    'from PySide6.QtWidgets import QApplication; QApplication([])' 2>&1); then
    return 0
  fi
  complain "Qt does not start: $(printf '%s\n' "$answer" | tail -n 1)"
  fail "Install the library that it names with your system's package manager, then run this again."
}

# --- Python ----------------------------------------------------------------------------------

supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'

# The first suitable interpreter that can make a complete environment, else the first suitable.
find_python() {
  local name first=
  for name in ${EMGVIEW_PYTHON:+"$EMGVIEW_PYTHON"} python3.13 python3.12 python3.11 python3 python; do
    "$name" -c "$supported" >/dev/null 2>&1 || continue
    first=${first:-$name}
    "$name" -c 'import venv, ensurepip' >/dev/null 2>&1 || continue
    printf '%s' "$name"
    return 0
  done
  printf '%s' "$first"
}

no_python() {
  complain "No Python from 3.11 to 3.13 was found (python3 is: $(python3 -V 2>/dev/null || echo absent))."
  complain "Debian 12, Ubuntu 24.04 and newer: sudo apt-get install -y python3 python3-venv"
  complain "Ubuntu 22.04: sudo apt-get install -y python3.11 python3.11-venv"
  fail "Elsewhere: install one and name it, EMGVIEW_PYTHON=/path/of/python3 bash packaging/run.sh"
}

# Debian ships the interpreter without ensurepip, in a package of its own.
need_ensurepip() {
  local base=$1 package
  ! "$base" -c 'import venv, ensurepip' >/dev/null 2>&1 || return 0
  package=$("$base" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  [ "$(python3 -V 2>&1)" != "$("$base" -V 2>&1)" ] || package=python3-venv
  say "Python's venv module is incomplete: the package $package is missing."
  if may_install && stage "Installing it …" apt_install "$package"; then
    return 0
  fi
  complain "Run this once, then run this script again:"
  fail "  sudo apt-get install -y --no-install-recommends $package${missing:+ $missing}"
}

remove_environment() {
  [ -e "$venv" ] || return 0
  if [ ! -e "$venv/pyvenv.cfg" ] && [ ! -e "$unfinished" ] && [ -n "$(ls -A "$venv")" ]; then
    fail ".venv is not a Python environment. Move it away, then run this again."
  fi
  say "Removing .venv ($1)."
  rm -rf "$venv"
}

make_environment() {
  local base
  base=$(find_python)
  [ -n "$base" ] || no_python
  need_ensurepip "$base"
  mkdir -p "$venv"
  : >"$unfinished"
  stage "Making .venv with $("$base" -V) …" "$base" -m venv "$venv" \
    || fail "The virtual environment could not be made (the lines above say why)."
}

install_packages() {
  local lock=requirements.lock
  [ "$profile" = run ] || lock=requirements-dev.lock
  "$python" -m pip --version >/dev/null 2>&1 || stage "Adding pip …" "$python" -m ensurepip
  stage "Installing the packages of packaging/$lock (some 300 MB at the first time) …" \
    "$python" -m pip install --require-hashes --only-binary :all: -r "$here/$lock" \
    || fail "The packages could not be installed (the lines above say why). Run this again to retry."
}

install_project() {
  stage "Installing emgview itself …" \
    "$python" -m pip install --no-deps --no-build-isolation -e "$root" \
    || fail "emgview could not be installed (the lines above say why)."
}

# What is to be done: ready, project, packages or rebuild, and why.
state() {
  if [ -e "$unfinished" ]; then
    echo "rebuild the last set-up was interrupted"
  elif ! "$python" -c "$supported" >/dev/null 2>&1; then
    echo "rebuild it has no usable Python"
  else
    "$python" "$here/environment_state.py" check "$profile" || echo "rebuild it is damaged"
  fi
}

# --- the work --------------------------------------------------------------------------------

case $profile in
  run | test) ;;
  *) fail "Unknown profile '$profile'; allowed: run, test." ;;
esac

# One set-up at a time; the lock is on this file, so that nothing is left behind.
exec 9<"${BASH_SOURCE[0]}"
if command -v flock >/dev/null && ! flock -n 9; then
  say "Another set-up is running; waiting for it …"
  flock -w 1800 9 || fail "It did not end within half an hour."
fi

must_try_qt=no
command -v dpkg-query >/dev/null || must_try_qt=yes
system_packages
validators

todo=$(state)
case $todo in
  ready*) ;;
  *)
    case $todo in
      rebuild*)
        remove_environment "${todo#rebuild }"
        make_environment
        install_packages
        ;;
      packages*)
        : >"$unfinished"
        install_packages
        ;;
    esac
    : >"$unfinished"
    install_project
    "$python" "$here/environment_state.py" stamp "$profile"
    rm -f "$unfinished"
    say "Ready."
    ;;
esac
[ "$must_try_qt" = no ] || try_qt
