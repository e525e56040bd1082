// Signing in through an identity provider, out again, and what happens when it says no or nothing.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { it } from 'node:test';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withPage } from '../stage/browser.js';
import { LABEL, leaveForProvider, showWho, signInThrough } from '../stage/identity.js';
import { BINARY } from '../stage/places.js';
import { textsOf } from '../stage/texts.js';

const COOKIE = '__Host-heyan-oidc';
const CALLBACK = '/console/sign-in/oidc/callback';
const ACCOUNTS = '/console/operator/accounts';
const texts = textsOf('zh-CN');

/** Registers the tests. */
export function oidcBehaviour(stage, wanted) {
  const test = (name, use) => {
    if (wanted(name)) it(name, () => withPage(stage.browser, { locale: 'zh-CN' }, (visit) => use(visit, stage)));
  };
  test('oidc: the code flow with PKCE leads to the page that was asked for, and each way leads back once', codeFlow);
  test('oidc: what somebody may do is what the provider says', roles);
  test('oidc: who has no role is told so, and whose role is taken away is signed out everywhere', noRole);
  test('oidc: signing out here and at the provider ends both sessions', signOut);
  test('oidc: who stops at the provider is told so', denied);
  test('oidc: without the provider there is a clear page, and local accounts work', down);
  test('oidc: the doctor asks the provider', doctor);
}

async function says(visit, key) {
  const words = await visit.page.locator('body').innerText();
  assert.ok(texts.isIn(key, words), `${visit.path} does not say ${key}:\n${words}`);
}

async function codeFlow(visit, { federated }) {
  const { page } = visit;
  const { address, identity } = federated;
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  const firstTo = (start) => asked.find((url) => url.startsWith(start));
  await leaveForProvider(visit, address, ACCOUNTS);
  const query = new URL(firstTo(`${identity.issuer}/auth?`)).searchParams;
  assert.equal(query.get('response_type'), 'code');
  assert.equal(query.get('code_challenge_method'), 'S256');
  for (const name of ['state', 'nonce', 'code_challenge']) assert.equal(query.get(name).length, 43, name);
  const ours = async () => (await page.context().cookies()).find(({ name }) => name === COOKIE);
  const kept = await ours();
  assert.ok(kept.httpOnly && kept.secure && kept.sameSite === 'Lax');
  await showWho(visit, 'lin');
  assert.equal(visit.path, ACCOUNTS);
  assert.equal(new URL(page.url()).search, '', 'the address keeps nothing of the way');
  assert.equal(await ours(), undefined, 'the way is forgotten');
  // Something that keeps everything comes back once more.
  const headers = { cookie: `${COOKIE}=${kept.value}`, 'accept-language': 'zh-CN' };
  const again = await fetch(firstTo(address + CALLBACK), { headers, redirect: 'manual' });
  assert.equal(again.status, 403);
  assert.ok(texts.isIn('oidc-not-on-the-way', await again.text()));
}

async function roles(visit, { federated }) {
  await signInThrough(visit, federated.address, 'zhao', '/console/administration');
  assert.equal(visit.path, '/console/administration');
  assert.match(await visit.page.locator('body').innerText(), /赵二/);
  assert.equal((await visit.open(federated.address + ACCOUNTS)).status(), 403);
  await visit.open(`${federated.address}/console/account`);
  await says(visit, 'account-elsewhere');
}

async function noRole(visit, { browser, federated }) {
  const { address, identity } = federated;
  await signInThrough(visit, address, 'guest', ACCOUNTS);
  assert.equal(visit.path, CALLBACK);
  await says(visit, 'oidc-no-role');
  await visit.forget({ width: 1280, height: 800 });
  await signInThrough(visit, address, 'both', ACCOUNTS);
  await says(visit, 'oidc-several-roles');
  await visit.forget({ width: 1280, height: 800 });
  identity.people.zhou = { name: '周五', groups: ['heyan-operators'] };
  await signInThrough(visit, address, 'zhou', ACCOUNTS);
  assert.equal(visit.path, ACCOUNTS);
  identity.people.zhou.groups = [];
  await withPage(browser, { locale: 'zh-CN' }, async (other) => {
    await signInThrough(other, address, 'zhou', ACCOUNTS);
    await says(other, 'oidc-no-role');
  });
  await visit.open(address + ACCOUNTS);
  assert.equal(visit.path, '/console/sign-in', 'the earlier session is over');
}

async function signOut(visit, { federated }) {
  const { page } = visit;
  const { address, identity } = federated;
  await signInThrough(visit, address, 'lin', ACCOUNTS);
  await visit.follow(() => page.click('form[action="/console/sign-out"] button'));
  await says(visit, 'oidc-left');
  await visit.follow(() => page.click('a[href="/console/sign-in/oidc/leave"]'));
  assert.ok(page.url().startsWith(`${identity.issuer}/session/end?`), page.url());
  await visit.follow(() => page.click('button[name=logout]'));
  assert.equal(page.url().split('?')[0], `${address}/console/sign-in`);
  await visit.open(address + ACCOUNTS);
  assert.equal(visit.path, '/console/sign-in', 'our session is over');
  await leaveForProvider(visit, address);
  assert.equal(await page.locator('[name=login]').count(), 1, 'and so is theirs: it asks who comes');
}

async function denied(visit, { federated }) {
  await leaveForProvider(visit, federated.address);
  await visit.follow(() => visit.page.click('a[href$="/abort"]'));
  assert.equal(visit.path, CALLBACK);
  await says(visit, 'oidc-denied');
}

async function down(visit, { alone }) {
  const { page } = visit;
  await visit.open(`${alone.address}/console/sign-in?next=${ACCOUNTS}`);
  const answer = page.waitForResponse((response) => response.url().includes('/console/sign-in/oidc'));
  await visit.follow(() => page.click('a[href^="/console/sign-in/oidc"]'));
  assert.equal((await answer).status(), 502);
  await says(visit, 'oidc-unreachable');
  assert.ok((await page.locator('body').innerText()).includes(LABEL['zh-CN']), 'one may try again');
  await visit.type({ name: 'operator', password: 'sandbox-operator' });
  await visit.follow(() => page.click('main form button'));
  assert.equal(visit.path, ACCOUNTS, 'and goes where one wanted to');
}

async function doctor(_, { federated, alone }) {
  const well = await examined(federated.config);
  assert.match(well.words, /^ok {4}identity provider: http:\/\/127\.0\.0\.1:\d+ publishes itself under that name, with \d+ keys?$/m);
  const ill = await examined(alone.config);
  assert.notEqual(ill.code, 0);
  assert.match(ill.words, /^fault identity provider: .*the metadata cannot be had: 127\.0\.0\.1 cannot be reached: /m);
}

/** `heyan doctor` over data of its own: where it ended, and what it printed. */
async function examined(config) {
  const data = await mkdtemp(join(tmpdir(), 'heyan-e2e-doctor-'));
  const flags = ['doctor', '--sandbox', '--config', config, '--data', data, '--listen', '127.0.0.1:0'];
  const done = await new Promise((resolve) => {
    execFile(BINARY, flags, (error, words) => resolve({ code: error?.code ?? 0, words }));
  });
  await rm(data, { recursive: true, force: true });
  return done;
}
