// An identity provider on loopback (npm's oidc-provider), and a server of ours whose staff signs in through it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Provider from 'oidc-provider';

import { startServer } from './server.js';

const CLIENT = { client_id: 'heyan', client_secret: 'made-up-for-the-tests' };
/** How our pages call it, in both languages. */
export const LABEL = { 'zh-CN': '统一身份认证', en: 'single sign-on' };

/** Everybody who is known there: invented people, with what they may do. Any password will do. */
const people = () => ({
  lin: { name: '林一', groups: ['staff', 'heyan-operators'] },
  zhao: { name: '赵二', groups: ['heyan-zhejiang'] },
  guest: { name: '钱三', groups: ['staff'] },
  both: { name: '孙四', groups: ['heyan-operators', 'heyan-zhejiang'] },
});

function listen(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

function close(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

/** A port where nobody listens now. */
async function freePort() {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  return port;
}

/** Starts the identity provider for one client; `people` may be changed while it runs. */
async function startIdentity(client) {
  const server = createServer();
  const issuer = `http://127.0.0.1:${await listen(server)}`;
  const known = people();
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, grant_types: ['authorization_code'], response_types: ['code'], ...client }],
    claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email'] },
    cookies: { keys: ['made-up-for-the-tests'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => known[id] && { accountId: id, claims: () => ({ sub: id, ...known[id] }) },
  });
  server.on('request', provider.callback());
  return { issuer, people: known, stop: () => close(server) };
}

const config = (issuer, address, secret) => `
[oidc]
issuer = "${issuer}"
client_id = "${CLIENT.client_id}"
client_secret_file = "${secret}"
public_url = "${address}"
role_claim = "groups"
label = { zh-CN = "${LABEL['zh-CN']}", en = "${LABEL.en}" }

[oidc.roles]
heyan-operators = "operator"
heyan-zhejiang = "administration:zhejiang"
`;

/** Starts both. With `down` nobody listens where the identity provider should be. */
export async function startFederated(name, { down = false } = {}) {
  const directory = await mkdtemp(join(tmpdir(), `heyan-e2e-${name}-`));
  const listening = `127.0.0.1:${await freePort()}`;
  const address = `http://${listening}`;
  const identity = await startIdentity({
    redirect_uris: [`${address}/console/sign-in/oidc/callback`],
    post_logout_redirect_uris: [`${address}/console/sign-in`],
  });
  if (down) await identity.stop();
  const [file, secret] = [join(directory, 'heyan.toml'), join(directory, 'oidc-secret')];
  await writeFile(secret, CLIENT.client_secret, { mode: 0o600 });
  await writeFile(file, config(identity.issuer, address, secret));
  const server = await startServer(name, '--listen', listening, '--config', file);
  return {
    ...server,
    identity,
    config: file,
    async stop() {
      await Promise.all([server.stop(), ...(down ? [] : [identity.stop()])]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Only pages of this machine: the identity provider's own ones ask others for a font. */
export function onlyLoopback(visit) {
  return visit.page.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
}

/** From our sign-in page to the identity provider's. */
export async function leaveForProvider(visit, address, next = '') {
  await onlyLoopback(visit);
  await visit.open(`${address}/console/sign-in${next && `?next=${next}`}`);
  await visit.follow(() => visit.page.click('a[href^="/console/sign-in/oidc"]'));
}

/** Shows who one is there, and comes back. */
export async function showWho(visit, person) {
  await visit.page.fill('[name=login]', person);
  await visit.page.fill('[name=password]', 'any');
  await visit.follow(() => visit.page.click('button[type=submit]'));
  await visit.follow(() => visit.page.click('button[type=submit]'));
}

/** The whole way. */
export async function signInThrough(visit, address, person, next) {
  await leaveForProvider(visit, address, next);
  await showWho(visit, person);
}
