#!/usr/bin/env bash
# A self-contained program, for a machine without .NET:
#
#   scripts/publish.sh linux-x64|linux-arm64 [DIR]
#
# DIR (out/publish/PLATFORM) gets the program with everything it needs but the system's own libraries (GTK 3 for OpenCV). For linux-arm64 no
# package has OpenCV's native part: put libOpenCvSharpExtern.so of the board beside the program (README, Platforms). It is not trimmed: Akka finds
# types by their names (docs/operations.md, Trimming).
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
. "$ROOT/scripts/prepare.sh"

case "${1:-}" in
  linux-x64 | linux-arm64) ;;
  *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
DIR="${2:-$ROOT/out/publish/$1}"

prepare_dotnet
dotnet publish "$ROOT/src/Host" -c Release -r "$1" --self-contained true -p:DebugType=none -p:GenerateDocumentationFile=false --nologo -v quiet -o "$DIR"
say "$DIR/actorpipeline"
