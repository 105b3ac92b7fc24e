#!/usr/bin/env bash
# Fetches the native libraries of released ONNX Runtimes that the specs of the C interface run against. What is there already is left
# alone; what cannot be fetched is said, and the specs that need it are skipped by name. Several of these may run at once.
set -uo pipefail

VERSIONS="1.16.3 1.20.1 1.23.2 1.30.0"
PACKAGE=onnxruntime-node
FOLDER="${ACTORPIPELINE_RUNTIMES:-${XDG_CACHE_HOME:-$HOME/.cache}/actorpipeline-test/runtimes}"

say() { printf '%s\n' "$*" >&2; }

missing=""
for version in $VERSIONS; do
  [ -s "$FOLDER/$version/libonnxruntime.so" ] || missing="$missing $version"
done
[ -n "$missing" ] || exit 0

skip() {
  say "$1: specs of other ONNX Runtime versions are skipped (missing:$missing)."
  exit 0
}

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) platform=linux/x64 ;;
  Linux-aarch64) platform=linux/arm64 ;;
  *) skip "There are none to fetch for this machine" ;;
esac
command -v npm >/dev/null 2>&1 || skip "npm is not here to fetch them with"
mkdir -p "$FOLDER" || skip "$FOLDER cannot be made"
work="$(mktemp -d "$FOLDER/.fetch.XXXXXX")" || skip "$FOLDER cannot be written"
trap 'rm -rf "$work"' EXIT

# fetch VERSION: one package, of which only the library is kept, moved into place whole.
fetch() {
  local version="$1" here="$work/$1" library
  mkdir -p "$here"
  if ! (cd "$here" && npm pack "$PACKAGE@$version" --ignore-scripts --silent --cache "$here/cache" --fetch-retries 1 --fetch-timeout 120000) >"$here/log" 2>&1; then
    say "ONNX Runtime $version could not be fetched: $(grep -m1 . "$here/log" || echo 'npm says nothing')"
    return 0
  fi
  tar -xzf "$here"/*.tgz -C "$here" --wildcards "package/bin/*/$platform/libonnxruntime.so*" 2>>"$here/log"
  library="$(find "$here/package" -name 'libonnxruntime.so*' -type f -size +1M 2>/dev/null | sort | head -n 1)"
  if [ -z "$library" ]; then
    say "ONNX Runtime $version: its package has no library for $platform."
    return 0
  fi
  mkdir -p "$FOLDER/$version" && mv -f "$library" "$FOLDER/$version/libonnxruntime.so" && say "ONNX Runtime $version is in $FOLDER/$version."
  rm -rf "$here"
}

say "Fetching ONNX Runtime$missing for the specs of the C interface (some 30 to 110 MB each) ..."
for version in $missing; do fetch "$version" & done
wait
exit 0
