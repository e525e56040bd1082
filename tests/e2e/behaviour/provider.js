// What people do in the provider's console, and what must come of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';

import { lookedAt } from '../routes.js';
import { withPage } from '../stage/browser.js';
import { fileOf, untilDone } from '../states/provider/bulk.js';
import { fillIn } from '../states/provider/forms.js';
import { CLERK, signIn } from '../states/staff.js';
import { tabTo } from './keyboard.js';

const FIRST = '/console/provider/new?kind=first&province=zhejiang';
const PROVIDER = 'tencent';
const FILING = /^\/console\/provider\/filings\/(fil_\w+)$/;
const CHECK = 'button[value=check]';
const SUBMIT = 'button[value=submit]';

/** Registers the tests. They run one after the other. */
export function providerBehaviour(stage, wanted) {
  const inBrowser = (name, settings, work) => {
    if (!wanted(name)) return;
    const locale = 'zh-CN';
    it(name, () => withPage(stage.browser, { locale, ...settings }, (visit) => work(visit, stage.plain, locale)));
  };
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    inBrowser(`keyboard alone files, ${how} JavaScript`, { javaScriptEnabled }, keyboardFiles);
    inBrowser(`a filing is handed in and withdrawn ${how} JavaScript`, { javaScriptEnabled }, filesAndWithdraws);
  }
  inBrowser('Enter in a field of the filing form checks it', {}, enterChecks);
  inBrowser('after errors the summary of the filing form has the focus and leads to each field', {}, focusAfterErrors);
  inBrowser('what was typed into the filing form survives errors and the way back', {}, whatSurvives);
  inBrowser('a double click on 提交 files once', {}, doubleClick);
  inBrowser('a reload and Back after 提交 file nothing more', {}, reloadAndBack);
  inBrowser('a menu can be skipped, and the page that is open is marked in it', {}, skipsTheMenu);
  inBrowser('addresses of the console hold nothing of whom a filing is about', {}, addresses);
  inBrowser('tables and templates are taken away as files', {}, downloads);
}

async function opened(visit, sandbox, locale, path = FIRST) {
  await signIn(visit, sandbox, locale, CLERK, path);
}

/** The filings that a provider's number has. */
async function filed(sandbox, number) {
  return (await sandbox.filings(`provider_order_no=${number}`, PROVIDER)).items;
}

/** Presses a key until the field with the focus has a value. */
async function chooseByKey(visit, name, value) {
  const MOST = 20;
  for (let pressed = 0; pressed < MOST; pressed += 1) {
    if ((await visit.value(name)) === value) return;
    await visit.page.keyboard.press('ArrowDown');
  }
  assert.fail(`the keyboard does not choose ${value}`);
}

async function keyboardFiles(visit, sandbox, locale) {
  const { keyboard } = visit.page;
  await opened(visit, sandbox, locale, '/console/provider');
  await tabTo(visit, 'nav a[href="/console/provider/new"]');
  await visit.follow(() => keyboard.press('Enter'));
  await tabTo(visit, '#province');
  await chooseByKey(visit, 'province', 'zhejiang');
  await tabTo(visit, 'main form.filters button');
  await visit.follow(() => keyboard.press('Enter'));
  const [head, other, number] = [sandbox.person(), sandbox.person(), sandbox.unique('K')];
  const typed = [
    ['provider_order_no', number],
    ['entity.name', '杭州浔澜示例软件有限公司'],
    ['entity.nature', 'enterprise', true],
    ['entity.document.type', 'business_licence', true],
    ['entity.document.number', `9199${number.slice(2).padStart(6, '0')}MA99EX02`],
    ['entity.head.name', '林示遥'],
    ['entity.head.phones.0', head.phone],
    ['entity.head.document.number', head.document],
    ['services.0.name', '浔澜文档'],
    ['services.0.domains', `${number.toLowerCase()}.example`],
    ['services.0.head.name', '周例宁'],
    ['services.0.head.phones.0', other.phone],
    ['services.0.head.document.number', other.document],
  ];
  for (const [name, value, chosen] of typed) {
    await tabTo(visit, `[id="${name}"]`);
    if (chosen) await chooseByKey(visit, name, value);
    else await keyboard.type(value);
  }
  await tabTo(visit, CHECK);
  await visit.follow(() => keyboard.press('Enter'));
  await tabTo(visit, SUBMIT);
  await visit.follow(() => keyboard.press('Space'));
  assert.match(visit.path, FILING);
  assert.deepEqual((await filed(sandbox, number)).map(({ state }) => state), ['verifying']);
}

async function filesAndWithdraws(visit, sandbox, locale) {
  await opened(visit, sandbox, locale);
  await fillIn(visit, sandbox);
  await visit.press(CHECK);
  await visit.press(SUBMIT);
  const [, id] = FILING.exec(visit.path);
  assert.equal((await sandbox.filing(id, PROVIDER)).state, 'verifying');
  await visit.press('a[href$="/act/withdraw"]');
  await visit.press('main form.card button');
  assert.equal((await sandbox.filing(id, PROVIDER)).state, 'withdrawn');
}

async function enterChecks(visit, sandbox, locale) {
  for (const field of ['provider_order_no', 'entity.name', 'services.0.head.document.number']) {
    await opened(visit, sandbox, locale);
    await fillIn(visit, sandbox);
    await visit.follow(() => visit.page.press(`[id="${field}"]`, 'Enter'));
    assert.equal(await visit.page.locator(SUBMIT).count(), 1, `Enter in ${field} leads to the check`);
  }
}

async function focusAfterErrors(visit, sandbox, locale) {
  await opened(visit, sandbox, locale);
  await visit.press(CHECK);
  assert.equal(await visit.focus(), 'problems');
  const faulty = await visit.faulty();
  assert.ok(faulty.length > 5, `${faulty.length} fields are missing`);
  for (const name of faulty) {
    await visit.page.click(`.alert a[href="#${name}"]`);
    assert.equal(await visit.focus(), name, 'the link in the summary leads there');
    assert.equal(await visit.page.getAttribute(`[id="${name}"]`, 'aria-invalid'), 'true');
    const said = await visit.page.getAttribute(`[id="${name}"]`, 'aria-describedby');
    assert.ok(said.split(' ').includes(`${name}-error`), `${name} is described by what is wrong with it`);
  }
}

async function whatSurvives(visit, sandbox, locale) {
  await opened(visit, sandbox, locale);
  const typed = { 'entity.head.phones.0': '123', 'services.0.domains': 'shili-a.example\nshili-b.example', remark: '备注 <b>' };
  await fillIn(visit, sandbox, typed);
  const phone = await visit.value('services.0.head.phones.0');
  await visit.press(CHECK);
  assert.deepEqual(await visit.faulty(), ['entity.head.phones.0']);
  for (const [name, value] of Object.entries(typed)) assert.equal(await visit.value(name), value, name);
  await visit.type({ 'entity.head.phones.0': sandbox.person().phone });
  await visit.press(CHECK);
  await visit.press('button[value=edit]');
  assert.equal(await visit.value('services.0.head.phones.0'), phone);
  assert.equal(await visit.value('services.0.domains'), typed['services.0.domains']);
  assert.equal(await visit.value('remark'), typed.remark);
}

async function doubleClick(visit, sandbox, locale) {
  await opened(visit, sandbox, locale);
  const number = sandbox.unique('D');
  await fillIn(visit, sandbox, { provider_order_no: number });
  await visit.press(CHECK);
  await visit.follow(() => visit.page.dblclick(SUBMIT, { noWaitAfter: true }));
  assert.match(visit.path, FILING);
  assert.equal((await filed(sandbox, number)).length, 1);
}

async function reloadAndBack(visit, sandbox, locale) {
  await opened(visit, sandbox, locale);
  await fillIn(visit, sandbox);
  await visit.press(CHECK);
  await visit.press(SUBMIT);
  const [, id] = FILING.exec(visit.path);
  const { round } = await sandbox.filing(id, PROVIDER);
  await visit.follow(() => visit.page.reload());
  assert.equal(await visit.page.locator('.alert.success').count(), 0, 'what was done is said once');
  await visit.open(`${sandbox.address}/console/provider/filings/${id}/act/withdraw`);
  await visit.page.goBack();
  assert.deepEqual((await sandbox.filing(id, PROVIDER)).round, round);
}

async function skipsTheMenu(visit, sandbox, locale) {
  await opened(visit, sandbox, locale, '/console/provider/waiting');
  assert.equal(await visit.page.getAttribute('nav a[href="/console/provider/waiting"]', 'aria-current'), 'page');
  await tabTo(visit, '.skip');
  await visit.page.keyboard.press('Enter');
  assert.equal(await visit.focus(), 'main');
}

async function addresses(visit, sandbox, locale) {
  const seen = [];
  visit.page.on('request', (request) => seen.push(decodeURIComponent(request.url())));
  await opened(visit, sandbox, locale);
  const person = sandbox.person();
  await fillIn(visit, sandbox, { 'entity.head.phones.0': person.phone, 'entity.head.document.number': person.document });
  await visit.press(CHECK);
  await visit.press('button[value=edit]');
  await visit.press(CHECK);
  await visit.press(SUBMIT);
  for (const typed of ['林示遥', person.phone, person.document, person.idLast6]) {
    assert.ok(!seen.some((address) => address.includes(typed)), `${typed} stands in an address: ${seen}`);
  }
}

/** Follows a link that leads to a file, and gives the file's name and octets. */
async function taken(visit, link) {
  const [download] = await Promise.all([visit.page.waitForEvent('download'), visit.page.click(link)]);
  lookedAt([new URL(download.url()).pathname]);
  return { name: download.suggestedFilename(), octets: await readFile(await download.path()) };
}

async function downloads(visit, sandbox, locale) {
  const BULK = '/console/provider/bulk';
  await opened(visit, sandbox, locale, BULK);
  const template = await taken(visit, `a[href="${BULK}/template.csv"]`);
  assert.match(template.octets.toString('utf8'), /^\uFEFF?接入商订单号,备案类型,受理省份/);
  const workbook = await taken(visit, `a[href="${BULK}/template.xlsx"]`);
  assert.equal(workbook.octets.subarray(0, 2).toString(), 'PK', 'a workbook');
  const rows = ['kind,province,provider_order_no', '首次备案,江南,=1+1', '首次备案,浙江,2'].join('\n');
  await visit.page.setInputFiles('#file', { name: 'filings.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await visit.press('main form.card button');
  const errors = await taken(visit, 'a[href$="/errors.csv"]');
  assert.match(errors.octets.toString('utf8'), /InvalidParameter\.Missing/);
  assert.ok(!/(^|,)"?=/m.test(errors.octets.toString('utf8')), 'no spreadsheet takes a cell for a formula');
  await opened(visit, sandbox, locale, '/console/provider/filings');
  const list = await taken(visit, 'a[href^="/console/provider/filings.csv"]');
  assert.ok(list.octets.toString('utf8').split('\n').length > 1);
  await opened(visit, sandbox, locale, BULK);
  await visit.page.setInputFiles('#file', { name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from(fileOf(sandbox, 1)) });
  await visit.press('main form.card button');
  await untilDone(visit);
  const result = await taken(visit, 'a[href$="/result.csv"]');
  assert.match(result.octets.toString('utf8'), /fil_/);
}
