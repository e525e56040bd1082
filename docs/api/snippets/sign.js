// Signs a request to the provider API and sends it; needs Node.js 18 and nothing else.
//
//     HEYAN_KEY=key_… HEYAN_SECRET=… node sign.js GET 'http://127.0.0.1:8080/v1/filings?limit=5'
//     HEYAN_KEY=key_… HEYAN_SECRET=… node sign.js POST http://127.0.0.1:8080/v1/filings filing.json
const { createHash, createHmac, randomBytes } = require('node:crypto');
const { readFileSync } = require('node:fs');

const SCHEME = 'HEYAN1-HMAC-SHA256';
const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

function canonicalQuery(url) {
  const pairs = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.sort(order).join('&');
}

/** `headers` holds everything that is signed, names in lower case. */
function authorization(key, secret, method, url, headers) {
  const names = Object.keys(headers).sort(order);
  const lines = names.map((name) => `${name}:${headers[name].trim()}\n`).join('');
  const signed = names.join(';');
  const canonical = [method, url.pathname, canonicalQuery(url), lines, signed, headers['x-heyan-content-sha256']].join('\n');
  const signature = createHmac('sha256', secret).update(`${SCHEME}\n${sha256(canonical)}`).digest('hex');
  return `${SCHEME} Credential=${key}, SignedHeaders=${signed}, Signature=${signature}`;
}

async function send(key, secret, method, address, body) {
  const url = new URL(address);
  const headers = {
    host: url.host,
    'x-heyan-content-sha256': sha256(body ?? ''),
    'x-heyan-nonce': randomBytes(16).toString('hex'),
    'x-heyan-timestamp': String(Math.floor(Date.now() / 1000)),
  };
  if (method !== 'GET') headers['idempotency-key'] = randomBytes(16).toString('hex');
  if (body) headers['content-type'] = 'application/json';
  headers.authorization = authorization(key, secret, method, url, headers);
  const answer = await fetch(url, { method, headers, body });
  return [answer.status, await answer.text()];
}

const [method, address, file] = process.argv.slice(2);
const body = file ? readFileSync(file) : undefined;
send(process.env.HEYAN_KEY, process.env.HEYAN_SECRET, method, address, body).then((lines) => console.log(lines.join('\n')));
