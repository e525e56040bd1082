#!/bin/sh
# Signs a request to the provider API and sends it; needs curl and openssl.
#
#     HEYAN_KEY=key_… HEYAN_SECRET=… sh sign.sh GET http://127.0.0.1:8080 /v1/filings 'limit=5'
#     HEYAN_KEY=key_… HEYAN_SECRET=… sh sign.sh POST http://127.0.0.1:8080 /v1/filings '' filing.json
#
# The query is given as it is signed: names and values encoded, in the order of the names.
set -eu
method=$1 origin=$2 path=$3 query=${4:-} file=${5:-/dev/null}
scheme=HEYAN1-HMAC-SHA256
host=${origin#*://}
nonce=$(openssl rand -hex 16)
now=$(date +%s)
sha256() { openssl dgst -sha256 -r | cut -d ' ' -f 1; }
hash=$(sha256 <"$file")

set -- -H "x-heyan-content-sha256: $hash" -H "x-heyan-nonce: $nonce" -H "x-heyan-timestamp: $now"
# In the order of their names, a line each.
lines="host:$host
" signed=host
if [ "$method" != GET ]; then
  lines="content-type:application/json
${lines}idempotency-key:$nonce
" signed="content-type;host;idempotency-key"
  set -- "$@" -H 'content-type: application/json' -H "idempotency-key: $nonce" --data-binary "@$file"
fi
lines="${lines}x-heyan-content-sha256:$hash
x-heyan-nonce:$nonce
x-heyan-timestamp:$now
"
signed="$signed;x-heyan-content-sha256;x-heyan-nonce;x-heyan-timestamp"
digest=$(printf '%s\n%s\n%s\n%s\n%s\n%s' "$method" "$path" "$query" "$lines" "$signed" "$hash" | sha256)
# The secret stands on openssl's command line, which other users of the machine may see: for trying out only.
signature=$(printf '%s\n%s' "$scheme" "$digest" | openssl dgst -sha256 -hmac "$HEYAN_SECRET" -r | cut -d ' ' -f 1)
curl -sS -X "$method" -w '\n%{http_code}\n' "$@" \
  -H "authorization: $scheme Credential=$HEYAN_KEY, SignedHeaders=$signed, Signature=$signature" \
  "$origin$path${query:+?$query}"
