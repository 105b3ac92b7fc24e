#!/usr/bin/env bash
# A self-contained program, for a machine without .NET:
#
#   scripts/publish.sh linux-x64|linux-arm64 [DIR] [--trimmed]
#
# DIR (out/publish/PLATFORM) gets the program with everything it needs but the system's own libraries (GTK 3 for OpenCV). For linux-arm64 no
# package has OpenCV's native part: put libOpenCvSharpExtern.so of the board beside the program (README, Platforms). With --trimmed, what it never
# uses of .NET is left out; its own libraries and Akka, which finds types by their names, stay whole (docs/operations.md, Trimming).
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
. "$ROOT/scripts/prepare.sh"

trim=()
if [ "${*: -1}" = --trimmed ]; then
  trim=(-p:PublishTrimmed=true -p:TrimMode=partial -p:JsonSerializerIsReflectionEnabledByDefault=true -p:EnableTrimAnalyzer=false -p:SuppressTrimAnalysisWarnings=true)
  set -- "${@:1:$#-1}"
fi
case "${1:-}" in
  linux-x64 | linux-arm64) ;;
  *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
DIR="${2:-$ROOT/out/publish/$1}"

prepare_dotnet
dotnet publish "$ROOT/src/Host" -c Release -r "$1" --self-contained true "${trim[@]}" -p:DebugType=none -p:GenerateDocumentationFile=false --nologo -v quiet -o "$DIR"
say "$DIR/actorpipeline"
