// What reviewers and operators do: by the keyboard alone, and without JavaScript.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { withPage } from '../stage/browser.js';
import { round } from '../states/rounds.js';
import { SECOND } from '../states/operator/rows.js';
import { OPERATOR, SUBMIT, demo, signIn } from '../states/staff.js';
import { lookedAt } from '../routes.js';
import { tabTo } from './keyboard.js';

const QUEUE = '/console/administration';
const FILING = /^\/console\/administration\/filings\/fil_\w+$/;
const NEW = '/console/operator/rules/versions/new?set=pilot-2017';
const PROPOSAL = /^\/console\/operator\/proposals\/pro_\w+$/;
const REASON = '依据示例通知第 12 号';

/** Registers the tests. They run one after the other. */
export function twoPeopleBehaviour(stage, wanted) {
  const inBrowser = (name, settings, work) => {
    if (!wanted(name)) return;
    it(name, () => withPage(stage.browser, { locale: 'zh-CN', ...settings }, (visit) => work(visit, stage.plain, 'zh-CN')));
  };
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    inBrowser(`keyboard alone claims and approves, ${how} JavaScript`, { javaScriptEnabled }, keyboardApproves);
    inBrowser(`keyboard alone rejects with a reason, ${how} JavaScript`, { javaScriptEnabled }, keyboardRejects);
    inBrowser(`one operator proposes rules and another activates them, ${how} JavaScript`, { javaScriptEnabled }, twoActivate);
  }
  inBrowser('a double click on 确认通过 decides once', {}, doubleClick);
  inBrowser('numbers, log and rules are taken away as files', {}, files);
  inBrowser('after errors the summary has the focus and leads to the field', {}, focusAfterErrors);
}

async function inReview(sandbox) {
  const { head, filing } = await round(sandbox);
  await sandbox.verify(head, await sandbox.code(head));
  return filing;
}

const link = (filing, end = '') => `a[href="${QUEUE}/filings/${filing.id}${end}"]`;

/** Signs in and comes to the filing, by keys only. */
async function byKeys(visit, sandbox, locale, filing) {
  const { keyboard } = visit.page;
  const { name, password } = demo('zhejiang');
  await visit.open(`${sandbox.address}/console/language/${locale}?back=/console/sign-in`);
  await visit.open(`${sandbox.address}/console/sign-in?next=${QUEUE}/filings/${filing.id}`);
  await tabTo(visit, '#name');
  await keyboard.type(name);
  await tabTo(visit, '#password');
  await keyboard.type(password);
  await visit.follow(() => keyboard.press('Enter'));
  assert.match(visit.path, FILING);
}

async function keyboardApproves(visit, sandbox, locale) {
  const { keyboard } = visit.page;
  const filing = await inReview(sandbox);
  await byKeys(visit, sandbox, locale, filing);
  await tabTo(visit, 'form[action$="/claim"] button');
  await visit.follow(() => keyboard.press('Space'));
  assert.match(visit.path, FILING);
  await tabTo(visit, link(filing, '/approve'));
  await visit.follow(() => keyboard.press('Enter'));
  await tabTo(visit, 'form[action$="/approve"] button');
  await visit.follow(() => keyboard.press('Enter'));
  assert.equal((await sandbox.filing(filing.id)).state, 'approved');
}

async function keyboardRejects(visit, sandbox, locale) {
  const { keyboard } = visit.page;
  const filing = await inReview(sandbox);
  await byKeys(visit, sandbox, locale, filing);
  await tabTo(visit, link(filing, '/reject'));
  await visit.follow(() => keyboard.press('Enter'));
  await tabTo(visit, '#reason');
  await keyboard.type('资料不全');
  await tabTo(visit, 'form[action$="/reject"] button');
  await visit.follow(() => keyboard.press('Enter'));
  assert.equal((await sandbox.filing(filing.id)).state, 'rejected');
}

/** Each one's part of it: what is put in comes into force when the other agrees, and not before. */
async function twoActivate(visit, sandbox, locale) {
  await signIn(visit, sandbox, locale, OPERATOR, NEW);
  const text = await visit.value('text');
  const [line, before] = /^validity_hours = (\d+)$/m.exec(text);
  const hours = before === '61' ? '62' : '61';
  const changed = text.replace(line, `validity_hours = ${hours}`);
  await visit.type({ text: changed });
  await visit.press('form:has(textarea) button');
  await visit.type({ reason: REASON });
  await visit.press('form[action$="/propose"] button');
  assert.match(visit.path, PROPOSAL);
  const proposal = visit.path;
  const inForce = async () => {
    await visit.open(`${sandbox.address}/console/operator/rules/sets/pilot-2017`);
    return (await visit.page.locator('main').innerText()).includes(hours);
  };
  assert.equal(await inForce(), false, 'nobody else has agreed');
  assert.equal(await visit.page.locator(`a[href="${proposal}/approve"]`).count(), 0, 'the own proposal');
  await signIn(visit, sandbox, locale, SECOND, proposal);
  await visit.press(`a[href="${proposal}/approve"]`);
  await visit.press(SUBMIT);
  assert.equal(visit.path, proposal);
  assert.equal(await inForce(), true, 'two have agreed');
}

async function doubleClick(visit, sandbox, locale) {
  const filing = await inReview(sandbox);
  await signIn(visit, sandbox, locale, demo('zhejiang'), `${QUEUE}/filings/${filing.id}/approve`);
  await visit.follow(() => visit.page.dblclick('form[action$="/approve"] button', { noWaitAfter: true }));
  assert.equal((await sandbox.filing(filing.id)).state, 'approved');
}

async function focusAfterErrors(visit, sandbox, locale) {
  const filing = await inReview(sandbox);
  await signIn(visit, sandbox, locale, demo('zhejiang'), `${QUEUE}/filings/${filing.id}/reject`);
  await visit.press('form[action$="/reject"] button');
  assert.equal(await visit.focus(), 'problems', 'the summary');
  await visit.page.click('.alert a[href="#reason"]');
  assert.equal(await visit.focus(), 'reason');
}

/** What stands behind a link of the open page, with the rights of whoever looks. */
async function behind(visit, selector) {
  const address = await visit.page.locator(selector).evaluate((link) => link.href);
  const cookies = await visit.page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await fetch(address, { headers: { cookie }, redirect: 'manual' });
  assert.equal(answer.status, 200, address);
  lookedAt([new URL(address).pathname]);
  return answer.text();
}

async function files(visit, sandbox, locale) {
  const OPERATORS = '/console/operator';
  await round(sandbox);
  await signIn(visit, sandbox, locale, OPERATOR, `${OPERATORS}/audit`);
  assert.match(await behind(visit, 'main a[href*="/entries.csv"]'), /operator/);
  assert.match(await behind(visit, 'main a[href$="/head.txt"]'), /[0-9a-f]{64}/);
  await visit.open(`${sandbox.address}${OPERATORS}/funnel`);
  assert.ok((await behind(visit, 'main a[href*="/funnel/export"]')).split('\n').length > 1);
  await visit.open(sandbox.address + NEW);
  await visit.press('form:has(textarea) button');
  assert.match(await behind(visit, 'main a[href$="/text"]'), /^id = "pilot-2017"$/m);
  await visit.press('main a[href$="/impact"]');
  assert.ok((await behind(visit, 'main a[href*="/impact.csv"]')).split('\n').length > 1);
}
