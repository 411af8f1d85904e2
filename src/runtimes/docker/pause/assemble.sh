#!/bin/sh
# Assembles the sources beside it and prints the programs in base64, as pause-program.ts has them. Needs binutils, and those for
# aarch64-linux-gnu. `assemble.sh FOLDER` leaves the programs in FOLDER.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$(mktemp -d)}

assemble() { # ARCHITECTURE TOOL-PREFIX
  "$2as" -o "$folder/$1.o" "$here/pause-$1.s"
  "$2objcopy" -O binary -j .text "$folder/$1.o" "$folder/pause-$1"
  chmod +x "$folder/pause-$1"
  rm "$folder/$1.o"
  echo "$1: $(base64 -w 0 "$folder/pause-$1")"
}

assemble amd64 ''
assemble arm64 aarch64-linux-gnu-
[ $# -gt 0 ] || rm -r "$folder"
