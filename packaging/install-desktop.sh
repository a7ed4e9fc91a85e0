#!/usr/bin/env bash
# Put spinviz into the desktop's application menu, for this user:  bash packaging/install-desktop.sh [--remove]
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname -- "$here")
menu=${XDG_DATA_HOME:-$HOME/.local/share}/applications
if [[ ${1:-} == --remove ]]; then
    rm -f -- "$menu/spinviz.desktop"
    exit
fi
case $root in
*[\"\`\$\\%\&\|]*) echo "spinviz: desktop entries cannot hold the path $root; move the project to a plainer one" >&2 && exit 1 ;;
esac
# A start from the menu has no terminal in which to watch the set-up.
bash "$here/setup.sh"
mkdir -p -- "$menu"
sed "s|@ROOT@|$root|g" "$here/spinviz.desktop" >"$menu/spinviz.desktop"
echo "spinviz: added to the application menu ($menu/spinviz.desktop)"
