#!/usr/bin/env bash
# For a machine with an NVIDIA GPU: puts a build of ONNX Runtime with CUDA and TensorRT together from two packages, says which libraries
# it lacks here, and runs a detector on CUDA through the C interface against the processor, and the specs that need a GPU.
# Arguments: none. Leaves with 0 only where the detector ran on the GPU.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
. "$ROOT/scripts/prepare.sh"

# Built from one commit: the core with both providers compiled in, and the providers themselves. For CUDA 13, cuDNN 9, TensorRT 10.
CORE=onnxruntime-node@1.29.0
PROVIDERS=com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9
FOLDER="${ACTORPIPELINE_RUNTIMES:-${XDG_CACHE_HOME:-$HOME/.cache}/actorpipeline-test/runtimes}/gpu-1.29.0"
LIBRARY="$FOLDER/libonnxruntime.so"

# unpack PACKAGE PATTERN FOLDER: the libraries of one package that match.
unpack() {
  (cd "$work" && npm pack "$1" --ignore-scripts --silent --cache "$work/cache" >"$work/log" 2>&1 &&
    tar -xzf ./*.tgz --wildcards "$2" && rm -f ./*.tgz) || fail "$1 could not be fetched: $(tail -n 1 "$work/log")"
  find "$work/package" -name '*.so*' -type f -exec mv -f {} "$3" \;
}

fetch() {
  [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "these packages are for Linux on x64; here, name the machine's own build in ACTORPIPELINE_ONNXRUNTIME and run the specs"
  command -v npm >/dev/null 2>&1 || fail "npm is needed to fetch ONNX Runtime with CUDA"
  local work
  mkdir -p "$FOLDER"
  work="$(mktemp -d "$FOLDER/.fetch.XXXXXX")"
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/made"
  say "Fetching ONNX Runtime 1.29.0 with CUDA and TensorRT (290 MB) ..."
  unpack "$CORE" 'package/bin/*/linux/x64/libonnxruntime.so*' "$work/made"
  mv "$work/made"/libonnxruntime.so* "$work/made/libonnxruntime.so"
  unpack "$PROVIDERS" 'package/Plugins/Linux/x64/*.so' "$work/made"
  # The core last: where it lies, all do.
  mv -f "$work/made"/libonnxruntime_providers_*.so "$FOLDER"
  mv -f "$work/made/libonnxruntime.so" "$LIBRARY"
  rm -rf "$work"
  trap - EXIT
}

# missing PROVIDER LIBRARY...: what a provider needs and the loader does not find; those named are looked up by it only when it runs.
missing() {
  local provider="$1" found="" known
  shift
  found="$(ldd "$FOLDER/libonnxruntime_providers_$provider.so" | awk '/not found/ { print $1 }')"
  known="$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null || true)"
  local library folder here
  for library in "$@"; do
    here=""
    [[ "$known" == *"$library"* ]] && here=yes
    while read -r -d : folder; do [ -e "$folder/$library" ] && here=yes; done <<<"${LD_LIBRARY_PATH:-}:"
    [ -n "$here" ] || found="$found $library"
  done
  printf '%s\n' $found | sort -u | tr '\n' ' '
}

prepare_machine
[ -s "$LIBRARY" ] || fetch
for provider in cuda tensorrt; do
  lacks="$(missing "$provider" libcudnn.so.9 libcuda.so.1)"
  if [ -n "${lacks// /}" ]; then say "$provider: missing on this machine or its library path: $lacks"; else say "$provider: all its libraries are here"; fi
done

build src/Host "$ROOT/src/Host/bin/Release/net10.0/actorpipeline.dll" src hocon
dotnet "$ROOT/src/Host/bin/Release/net10.0/actorpipeline.dll" check --config "$ROOT/hocon/demo.conf" --set "actor-pipeline.onnxruntime.library=$LIBRARY" | grep '^ONNX Runtime' >&2 ||
  fail "this build of ONNX Runtime does not load here"
build tests/Models.Tests "$ROOT/tests/Models.Tests/bin/Release/net10.0/ActorPipeline.Models.Tests.dll" src tests
export ACTORPIPELINE_ONNXRUNTIME="$LIBRARY"
say "Running a detector on CUDA and on the processor ..."
cd "$ROOT"
dotnet test tests/Models.Tests -c Release --no-build --nologo --filter 'FullyQualifiedName~OwnRuntimeSpecs|FullyQualifiedName~GpuSpecs'
