#!/usr/bin/env bash
# Set spinviz up if needed and start it:  bash packaging/run.sh [arguments of spinviz]
# Without arguments and without a display, export the opening demonstration instead of opening the window.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
bash "$here/setup.sh"
# Another environment's packages must not shadow ours.
unset PYTHONPATH PYTHONHOME

if [[ $# -eq 0 && -z ${DISPLAY:-}${WAYLAND_DISPLAY:-} && $(uname) != Darwin ]]; then
    echo "spinviz: no display, so the opening demonstration goes to ${PWD%/}/spinviz-demo.mp4"
    set -- export isochromats --preset fid --out spinviz-demo.mp4
fi
exec "$here/../.venv/bin/python" -m spinviz "$@"
