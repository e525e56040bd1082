// What people do on the portal's forms, and what must come of it.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { withPage } from '../stage/browser.js';
import { round } from '../states/rounds.js';
import { tabTo } from './keyboard.js';

const SUBMIT = 'form[method=post] button[type=submit] >> nth=0';

/** Registers the tests. They run one after the other: some move the clock of the server that all of them use. */
export function portalBehaviour(stage, wanted) {
  const inBrowser = (name, settings, work, server = 'plain') => {
    if (!wanted(name)) return;
    it(name, () => withPage(stage.browser, { locale: 'zh-CN', ...settings }, (visit) => work(visit, stage[server])));
  };

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    inBrowser(`verifies and resends ${how} JavaScript`, { javaScriptEnabled }, verifiesAndResends);
    inBrowser(`keyboard alone verifies, ${how} JavaScript`, { javaScriptEnabled }, keyboardVerifies);
    inBrowser(`keyboard alone resends, ${how} JavaScript`, { javaScriptEnabled }, keyboardResends);
  }
  inBrowser('Enter in any field submits', {}, enterSubmits);
  inBrowser('a whole message pasted into the code field verifies', {}, pastedMessageVerifies);
  inBrowser('after an error the summary has the focus and leads to the fields', {}, focusAfterError);
  inBrowser('phone and ID suffix survive an error, the code does not', {}, whatSurvives);
  inBrowser('Back and Reload submit nothing twice', {}, backAndReload);
  inBrowser('a double click on the button does one thing', {}, doubleClick);
  inBrowser('addresses hold nothing of what was typed', {}, addresses);
  const refused = 'with a captcha, Enter submits, the answer is used up and nothing is counted';
  inBrowser(refused, {}, captchaRefuses, 'captcha');
}

async function fill(visit, sandbox, path, person, code) {
  await visit.open(sandbox.address + path);
  const fields = { phone: person.phone, id_last6: person.idLast6 };
  await visit.type(code === undefined ? fields : { code, ...fields });
}

const panel = (visit, kind) => visit.page.locator(`.panel.${kind}`).count();

async function attempts(sandbox, filing) {
  const seen = await sandbox.filing(filing.id);
  return seen.round.verifications.map((verification) => verification.attempts_used);
}

async function verifiesAndResends(visit, sandbox) {
  const { head } = await round(sandbox);
  await sandbox.advance(61);
  await fill(visit, sandbox, '/resend', head);
  await visit.follow(() => visit.page.click(SUBMIT));
  assert.equal(await panel(visit, 'done'), 1, 'the message was sent again');
  await visit.follow(() => visit.page.click('a.button'));
  assert.equal(visit.path, '/verify');
  await visit.send({ code: await sandbox.code(head), phone: head.phone, id_last6: head.idLast6 });
  assert.equal(visit.path, '/verify/result');
  assert.equal(await panel(visit, 'done'), 1, 'all is verified');
}

async function keyboardVerifies(visit, sandbox) {
  const { head } = await round(sandbox);
  const { keyboard } = visit.page;
  await visit.open(`${sandbox.address}/`);
  await tabTo(visit, '.skip');
  await tabTo(visit, '.nav a[href="/verify"]');
  await visit.follow(() => keyboard.press('Enter'));
  await tabTo(visit, '#code');
  await keyboard.type(await sandbox.code(head));
  await tabTo(visit, '#phone');
  await keyboard.type(head.phone);
  await tabTo(visit, '#id_last6');
  await keyboard.type(head.idLast6);
  await tabTo(visit, 'button[value=submit]');
  await visit.follow(() => keyboard.press('Space'));
  assert.equal(visit.path, '/verify/result');
  assert.equal(await panel(visit, 'done'), 1);
}

async function keyboardResends(visit, sandbox) {
  const { head } = await round(sandbox);
  const { keyboard } = visit.page;
  await sandbox.advance(61);
  await visit.open(`${sandbox.address}/verify`);
  await tabTo(visit, '.nav a[href="/resend"]');
  await visit.follow(() => keyboard.press('Enter'));
  await tabTo(visit, '#phone');
  await keyboard.type(head.phone);
  await tabTo(visit, '#id_last6');
  await keyboard.type(head.idLast6);
  await visit.follow(() => keyboard.press('Enter'));
  assert.equal(visit.path, '/resend/result');
  assert.equal(await panel(visit, 'done'), 1);
}

async function enterSubmits(visit, sandbox) {
  for (const field of ['code', 'phone', 'id_last6']) {
    const { head } = await round(sandbox);
    await fill(visit, sandbox, '/verify', head, await sandbox.code(head));
    await visit.follow(() => visit.page.press(`#${field}`, 'Enter'));
    assert.equal(visit.path, '/verify/result', `Enter in ${field}`);
    assert.equal(await panel(visit, 'done'), 1, `Enter in ${field}`);
  }
}

async function pastedMessageVerifies(visit, sandbox) {
  const { head } = await round(sandbox);
  await fill(visit, sandbox, '/verify', head, '');
  await visit.page.focus('#code');
  // What the clipboard does: the text arrives at once, as input, and a maximum length would cut it.
  await visit.page.keyboard.insertText(await sandbox.message(head));
  await visit.follow(() => visit.page.click(SUBMIT));
  assert.equal(visit.path, '/verify/result');
  assert.equal(await panel(visit, 'done'), 1);
}

async function focusAfterError(visit, sandbox) {
  await visit.open(`${sandbox.address}/verify`);
  await visit.send({ code: '12', phone: '123', id_last6: '1' });
  assert.equal(await visit.focus(), 'alert', 'field errors');
  for (const field of ['code', 'phone', 'id_last6']) {
    await visit.page.click(`.alert a[href="#${field}"]`);
    assert.equal(await visit.focus(), field, `the link in the summary leads to ${field}`);
    assert.equal(await visit.page.getAttribute(`#${field}`, 'aria-invalid'), 'true');
  }
  await visit.send({ code: '123456', phone: sandbox.person().phone, id_last6: '12345X' });
  assert.equal(await visit.focus(), 'alert', 'not found');
}

async function whatSurvives(visit, sandbox) {
  await visit.open(`${sandbox.address}/verify`);
  await visit.send({ code: '12', phone: '154 0000', id_last6: '12（8）' });
  assert.deepEqual(
    await Promise.all(['code', 'phone', 'id_last6'].map((field) => visit.value(field))),
    ['', '154 0000', '12（8）'],
  );
}

async function backAndReload(visit, sandbox) {
  const { head, filing } = await round(sandbox);
  await fill(visit, sandbox, '/verify', head, await sandbox.wrongCode(head));
  await visit.follow(() => visit.page.click(SUBMIT));
  await visit.follow(() => visit.page.reload());
  await visit.page.goBack();
  await visit.page.goForward();
  await visit.follow(() => visit.page.reload());
  assert.deepEqual(await attempts(sandbox, filing), [1], 'one wrong answer was given');
  await visit.send({ code: await sandbox.code(head), phone: head.phone, id_last6: head.idLast6 });
  assert.equal(await panel(visit, 'done'), 1);
  const result = await visit.page.innerText('h1');
  await visit.follow(() => visit.page.reload());
  assert.equal(await visit.page.innerText('h1'), result, 'a reload shows the same, not that it was done before');
}

async function doubleClick(visit, sandbox) {
  const { head, filing } = await round(sandbox);
  await fill(visit, sandbox, '/verify', head, await sandbox.wrongCode(head));
  await visit.follow(() => visit.page.dblclick(SUBMIT, { noWaitAfter: true }));
  assert.deepEqual(await attempts(sandbox, filing), [1], 'one wrong answer was given');
}

async function addresses(visit, sandbox) {
  const seen = [];
  visit.page.on('request', (request) => seen.push(request.url()));
  const { head } = await round(sandbox);
  const code = await sandbox.code(head);
  await visit.open(`${sandbox.address}/verify`);
  await visit.send({ code: '12', phone: head.phone, id_last6: head.idLast6 });
  await visit.send({ code, phone: head.phone, id_last6: head.idLast6 });
  assert.equal(visit.path, '/verify/result');
  for (const typed of [code, head.phone, head.idLast6]) {
    assert.ok(!seen.some((address) => address.includes(typed)), `${typed} stands in an address: ${seen}`);
  }
}

async function captchaRefuses(visit, sandbox) {
  const { head, filing } = await round(sandbox);
  await fill(visit, sandbox, '/verify', head, await sandbox.code(head));
  await visit.type({ captcha: '?????' });
  const picture = await visit.page.getAttribute('.field img', 'src');
  await visit.follow(() => visit.page.press('#captcha', 'Enter'));
  assert.deepEqual(await visit.faulty(), ['captcha'], 'Enter is 提交, not 换一张');
  assert.notEqual(await visit.page.getAttribute('.field img', 'src'), picture, 'a new picture');
  assert.equal(await visit.value('captcha'), '');
  assert.equal(await visit.value('code'), '');
  assert.equal(await visit.value('phone'), head.phone);
  await visit.type({ code: await sandbox.code(head) });
  await visit.follow(() => visit.page.click('button[value=refresh]'));
  assert.deepEqual(await visit.faulty(), []);
  assert.equal(await visit.value('phone'), head.phone, 'another picture keeps what was typed');
  assert.deepEqual(await attempts(sandbox, filing), [0]);
}
