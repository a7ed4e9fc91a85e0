#!/usr/bin/env bash
# Set spinviz up: .venv in the project folder, and the system libraries that Qt and OpenGL need.
#   bash packaging/setup.sh [--test]        --test adds what the test suite needs
# Safe to run again at any time; does nothing when nothing is missing.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail

# Standard output belongs to the command that run.sh starts, which may be printing JSON.
say() { printf '%s\n' "spinviz: $*" >&2; }
fail() {
    printf '%s\n' "spinviz: $*" >&2
    exit 1
}

mode=plain
case "${1:-}" in
"") ;;
--test) mode=test ;;
*) fail "unknown option '$1'; use: bash packaging/setup.sh [--test]" ;;
esac

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
cd -- "$here/.."
root=$PWD
venv=$root/.venv
stamp=$venv/spinviz-setup
log=$venv/spinviz-setup.log
unfinished=$venv/spinviz-unfinished
needed_mb=2000
# Another environment's settings must not leak into this one.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_TARGET PIP_PREFIX PIP_USER PIP_REQUIRE_VIRTUALENV

# ---- system packages -------------------------------------------------------------------------------------

# Library and its Debian package: what Qt's xcb and wayland plugins, vispy (GL, EGL, fontconfig) and a headless export load.
libraries="
libGL.so.1 libgl1
libEGL.so.1 libegl1
libEGL_mesa.so.0 libegl-mesa0
libfontconfig.so.1 libfontconfig1
libfreetype.so.6 libfreetype6
libdbus-1.so.3 libdbus-1-3
libglib-2.0.so.0 libglib2.0-0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libX11-xcb.so.1 libx11-xcb1
libwayland-cursor.so.0 libwayland-cursor0
libwayland-egl.so.1 libwayland-egl1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-sync.so.1 libxcb-sync1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
"

missing_packages() {
    local known library package ldconfig
    [[ -x $venv/bin/python ]] || python3 -c 'import ensurepip, venv' 2>/dev/null || printf 'python3-venv '
    ldconfig=$(PATH=$PATH:/usr/sbin:/sbin command -v ldconfig) || return 0
    known=$("$ldconfig" -p 2>/dev/null) || return 0
    while read -r library package; do
        [[ -z $library || $known == *"$library "* ]] || printf '%s ' "$package"
    done <<<"$libraries"
    [[ $mode == plain ]] || command -v Xvfb >/dev/null || printf 'xvfb '
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    else
        sudo -n "$@"
    fi
}
may_install() { command -v apt-get >/dev/null && as_root true 2>/dev/null; }

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

install_packages() {
    local missing said
    read -ra missing <<<"$(missing_packages)"
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if may_install; then
        say "installing system packages: ${missing[*]}"
        said=$(apt_install "${missing[@]}" 2>&1) || tail -n 3 <<<"$said" >&2
        read -ra missing <<<"$(missing_packages)"
        [[ ${#missing[@]} -gt 0 ]] || return 0
    fi
    say "these system packages are missing: ${missing[*]}"
    say "install them with: sudo apt-get install ${missing[*]}"
}

# ---- Python ----------------------------------------------------------------------------------------------

# Changes when the dependencies, this script, the folder or the interpreter change.
current_key() {
    local version sum
    version=$("$venv/bin/python" -V 2>/dev/null) || return 1
    sum=$(cat pyproject.toml packaging/setup.sh | cksum)
    printf '%s | %s | %s' "$version" "$sum" "$root"
}

ready() {
    local had_mode had_key
    [[ -f $stamp ]] && { read -r had_mode && read -r had_key; } <"$stamp" || return 1
    # What was once set up for tests serves plain use too, and stays so.
    [[ $had_mode != test ]] || mode=test
    [[ $had_mode == "$mode" && $had_key == "$(current_key)" ]]
}

moved() { [[ -f $stamp && $(tail -n 1 "$stamp") != *" | $root" ]]; }

recent_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && recent_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    command -v python3 >/dev/null ||
        fail "no python3 found; spinviz needs Python 3.11 or newer: sudo apt-get install python3 python3-venv"
    fail "$(python3 -V 2>&1) is too old; spinviz needs Python 3.11 or newer: install one and run this again"
}

free_mb() { df -Pm -- "$root" | awk 'NR == 2 {print $4}'; }

check_folder() {
    local free
    [[ -w $root ]] || fail "cannot write to $root; copy the project to a folder of your own and run this again"
    free=$(free_mb)
    [[ -x $venv/bin/pip || ${free:-$needed_mb} -ge $needed_mb ]] ||
        fail "only $free MB are free in $root and setting up needs $needed_mb MB; free some space and run this again"
}

# Not usable when pip was killed half way (a package may lack files) or the folder moved (scripts carry its path).
usable() {
    [[ -f $venv/pyvenv.cfg && ! -f $unfinished ]] && ! moved &&
        recent_enough "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1
}

make_venv() {
    local python
    ! usable || return 0
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$("$python" -V) cannot make environments; run: sudo apt-get install python3-venv, then this again"
    [[ ! -d $venv || -f $venv/pyvenv.cfg || -z $(ls -A "$venv") ]] ||
        fail "$venv is there but is not a Python environment; move it away and run this again"
    say "making .venv with $("$python" -V)"
    "$python" -m venv --clear "$venv" || fail "could not make $venv; the reason stands above"
}

# On a terminal, show which package is being fetched, in one line.
progress() {
    local line
    while IFS= read -r line; do
        [[ ! -t 2 || $line != Collecting* ]] || printf '\r\033[K  %s' "${line#Collecting }" >&2
    done
    [[ ! -t 2 ]] || printf '\r\033[K' >&2
}

pip_install() {
    local target=. code=0
    [[ $mode == plain ]] || target=.[test]
    say "installing Python packages (the first time about 300 MB to fetch and a few minutes)"
    : >"$unfinished"
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-input -e "$target" 2>&1 |
        tee "$log" | progress || code=$?
    rm -f -- "$unfinished"
    [[ $code != 0 ]] || return 0
    ! grep -q 'No space left on device' "$log" ||
        fail "the disk is full: $(free_mb) MB are free in $root; free $needed_mb MB and run this again"
    { grep 'ERROR' "$log" || cat "$log"; } | tail -n 4 >&2
    fail "pip failed (last lines above, all in $log); check the network connection and run this again"
}

# Two set-ups of one folder take turns.
if command -v flock >/dev/null; then
    exec 9<"$root"
    flock 9
fi

install_packages
ready && exit 0
check_folder
make_venv
# Earlier versions were built by setuptools, which left this; from the project folder Python reads it first.
rm -rf -- spinviz.egg-info
# Earlier versions kept compiled kernels beside the source.
find spinviz -name '*.nb[ic]' -delete 2>/dev/null || true
pip_install
printf '%s\n' "$mode" "$(current_key)" >"$stamp.new"
mv -f -- "$stamp.new" "$stamp"
say "ready ($SECONDS s)"
