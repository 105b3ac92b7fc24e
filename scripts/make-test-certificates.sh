#!/usr/bin/env bash
# Certificates for the nodes of a cluster: an authority, and a file for each node that it signed.
#
#   scripts/make-test-certificates.sh DIR NAME...
#
# DIR/authority.crt  is the authority's certificate: tls.authority on every node
# DIR/authority.key  is its key, kept where it is: who has it can make nodes
# DIR/NAME.p12       is a node's certificate and key: tls.certificate on that node
#
# An authority that is there is kept, and signs the new ones as well. PASSWORD of the environment is the password of the .p12 files; without
# it they have none. DAYS is how long they are valid (3650). For trying out, and small sites: nothing here revokes what it signed.
set -euo pipefail

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 2
}

[ "$#" -ge 2 ] || { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
command -v openssl >/dev/null 2>&1 || fail "openssl is missing: install it (apt-get install openssl)"
DIR="$1"
shift
for name in "$@"; do
  [[ "$name" =~ ^[A-Za-z0-9._-]+$ && "$name" != authority && "$name" != .* ]] || fail "'$name' is no node's name: letters, digits, '.', '-' and '_'"
done

DAYS="${DAYS:-3650}"
export PASSWORD="${PASSWORD:-}"
umask 077
mkdir -p "$DIR"
WORK="$(mktemp -d)"
trap 'rm -rf "$WORK"' EXIT

if [ ! -e "$DIR/authority.crt" ] || [ ! -e "$DIR/authority.key" ]; then
  [ ! -e "$DIR/authority.crt" ] && [ ! -e "$DIR/authority.key" ] || fail "of authority.crt and authority.key in '$DIR' one is missing"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days "$DAYS" -subj "/CN=ActorPipeline site authority" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -config /dev/null -keyout "$WORK/authority.key" -out "$WORK/authority.crt" 2>"$WORK/log" || { cat "$WORK/log" >&2; fail "openssl could not make an authority"; }
  mv "$WORK/authority.key" "$WORK/authority.crt" "$DIR/"
  chmod 644 "$DIR/authority.crt"
fi

for name in "$@"; do
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n' >"$WORK/extensions"
  {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" -config /dev/null -keyout "$WORK/key" -out "$WORK/request" &&
      openssl x509 -req -in "$WORK/request" -CA "$DIR/authority.crt" -CAkey "$DIR/authority.key" -set_serial "0x$(openssl rand -hex 16 | sed 's/^./4/')" \
        -days "$DAYS" -extfile "$WORK/extensions" -out "$WORK/crt" &&
      openssl pkcs12 -export -inkey "$WORK/key" -in "$WORK/crt" -name "$name" -passout env:PASSWORD -out "$WORK/p12"
  } >"$WORK/log" 2>&1 || { cat "$WORK/log" >&2; fail "openssl could not make a certificate for '$name'"; }
  mv "$WORK/p12" "$DIR/$name.p12"
  printf '%s\n' "$DIR/$name.p12"
done
