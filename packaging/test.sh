#!/usr/bin/env bash
# Set spinviz up with its test tools and run the whole suite:  bash packaging/test.sh [arguments of pytest]
#   bash packaging/test.sh -m "not slow"      leaves out the long physics runs
#   bash packaging/test.sh -n 0               runs in one process; else on all cores, each process with a screen of its own
# pytest-xvfb gives the windows a screen of their own; xvfb-run would need xauth and hangs as a container's first process.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
bash "$here/setup.sh" --test
unset PYTHONPATH PYTHONHOME WAYLAND_DISPLAY
cd -- "$here/.."
export LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb
command -v Xvfb >/dev/null || [[ -n ${DISPLAY:-} ]] || {
    echo "spinviz: the window tests need a screen; run: sudo apt-get install xvfb" >&2
    exit 1
}
exec .venv/bin/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal "$@"
