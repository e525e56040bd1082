"""Signs a request to the provider API and sends it; needs Python 3.8 and nothing else.

    HEYAN_KEY=key_… HEYAN_SECRET=… python3 sign.py GET 'http://127.0.0.1:8080/v1/filings?limit=5'
    HEYAN_KEY=key_… HEYAN_SECRET=… python3 sign.py POST http://127.0.0.1:8080/v1/filings filing.json
"""
import hashlib
import hmac
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SCHEME = "HEYAN1-HMAC-SHA256"


def canonical_query(query):
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    quote = lambda text: urllib.parse.quote(text, safe="-._~")
    return "&".join(sorted(f"{quote(name)}={quote(value)}" for name, value in pairs))


def authorization(key, secret, method, url, headers):
    """`headers` holds everything that is signed, names in lower case."""
    parts = urllib.parse.urlsplit(url)
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    signed = ";".join(names)
    canonical = "\n".join(
        [method, parts.path, canonical_query(parts.query), lines, signed, headers["x-heyan-content-sha256"]]
    )
    to_sign = SCHEME + "\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{SCHEME} Credential={key}, SignedHeaders={signed}, Signature={signature}"


def send(key, secret, method, url, body=b""):
    headers = {
        "host": urllib.parse.urlsplit(url).netloc,
        "x-heyan-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-heyan-nonce": secrets.token_hex(16),
        "x-heyan-timestamp": str(int(time.time())),
    }
    if method != "GET":
        headers["idempotency-key"] = secrets.token_hex(16)
    if body:
        headers["content-type"] = "application/json"
    headers["authorization"] = authorization(key, secret, method, url, headers)
    request = urllib.request.Request(url, data=body or None, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


if __name__ == "__main__":
    method, url, *file = sys.argv[1:]
    body = open(file[0], "rb").read() if file else b""
    status, text = send(os.environ["HEYAN_KEY"], os.environ["HEYAN_SECRET"], method, url, body)
    print(status)
    print(text)
