#!/usr/bin/env bash
# Makes the pictures of the README and of docs/ from an experiment database and models of yours:
#   docs/images/make_images.sh DATABASE COMPARED MODEL STUDENT...
# COMPARED: numbers of runs as for boolab --compare, such as 3,6,7. The newest run is the one that is watched. Needs build/bin/boolab.
set -euo pipefail
[ $# -ge 4 ] || { sed -n '2,4p' "${BASH_SOURCE[0]}"; exit 2; }
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BOOLAB=$HERE/../../build/bin/boolab
database=$(realpath "$1") compared=$2 model=$(realpath "$3")
shift 3
students=()
for student in "$@"; do students+=("$(realpath "$student")"); done
export QT_QPA_PLATFORM=offscreen
cd "$(dirname "$database")" # the status bar shows the name alone
picture() { "$BOOLAB" --db "$(basename "$database")" --theme light --screenshot "$HERE/$1.png" "${@:2}"; }
picture watching --page runs
picture compare --compare "$compared"
picture playground --page playground --prompt "Paris is the capital of" "$model" "${students[@]}"
