// The whole story by clicks alone: a provider files, two people verify, an administration takes and approves, the provider
// reads the numbers, and the operator sees it in the charts and in the audit log.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';

import { withPage } from '../stage/browser.js';
import { ARTEFACTS } from '../stage/places.js';
import { textsOf } from '../stage/texts.js';

const LOCALE = 'zh-CN';
/** What is counted shows after some seconds; a page read this often without it will not show it. */
const MOST_READINGS = 1_000;

/** Registers the tests. */
export function wholeStory(stage, wanted) {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    const name = `the whole story by clicks, ${how} JavaScript`;
    if (!wanted(name)) continue;
    it(name, () => new Story(stage, { locale: LOCALE, javaScriptEnabled }, how).tell());
  }
}

/** One telling. Each person has a browser of their own. */
class Story {
  #pictures = 0;

  constructor(stage, settings, how) {
    this.stage = stage;
    this.sandbox = stage.plain;
    this.settings = settings;
    this.how = how;
    this.texts = textsOf(LOCALE);
    this.head = this.sandbox.person();
    this.other = this.sandbox.person();
    this.site = `故事示例站${how === 'with' ? '甲' : '乙'}`;
    this.orderNo = `STORY-${how}`;
  }

  async tell() {
    const before = await this.by('operator', (visit) => this.counted(visit));
    const filed = await this.by('tencent-clerk', (visit) => this.files(visit));
    await this.anybody((visit) => this.verifies(visit, this.head, 'waiting'));
    await this.anybody((visit) => this.verifies(visit, this.other, 'done'));
    await this.by('zhejiang', (visit) => this.approves(visit, filed));
    await this.by('tencent-clerk', (visit) => this.readsNumbers(visit, filed));
    await this.by('operator', (visit) => this.sees(visit, filed, before));
  }

  /** The words of a text; it must be a whole one. */
  text(key) {
    const [whole, ...more] = this.texts.parts(key);
    assert.equal(more.length, 0, `${key} has parts that are filled in`);
    return whole;
  }

  anybody(act) {
    return withPage(this.stage.browser, this.settings, act);
  }

  /** Signs in, does something, and signs out. */
  by(name, act) {
    return this.anybody(async (visit) => {
      await visit.open(`${this.sandbox.address}/console/sign-in`);
      await visit.type({ name, password: `sandbox-${name}` });
      await this.press(visit, 'sign-in-submit');
      const result = await act(visit);
      await this.press(visit, 'sign-out');
      assert.equal(visit.path, '/console/sign-in');
      return result;
    });
  }

  /** Clicks a button by its words. */
  press(visit, key) {
    const button = visit.page.getByRole('button', { name: this.text(key), exact: true });
    return visit.follow(() => button.click());
  }

  /** Clicks a link by its words. */
  click(visit, key) {
    const link = visit.page.getByRole('link', { name: this.text(key), exact: true });
    return visit.follow(() => link.first().click());
  }

  async says(visit, ...words) {
    const said = await visit.page.locator('body').innerText();
    for (const word of words) assert.ok(said.includes(word), `${visit.path} does not say ${word}:\n${said}`);
  }

  /** A picture of the page, for whoever looks at the run. */
  async picture(visit, name) {
    const folder = join(ARTEFACTS, LOCALE);
    await mkdir(folder, { recursive: true });
    this.#pictures += 1;
    const path = join(folder, `story-${this.how}-${this.#pictures}-${name}.png`);
    await visit.page.screenshot({ path, fullPage: true, animations: 'disabled' });
  }

  /** Through the form and the page that checks it; gives the filing's number. */
  async files(visit) {
    const { page } = visit;
    await this.click(visit, 'menu-provider-new');
    await page.selectOption('#kind', 'first');
    await page.selectOption('#province', 'zhejiang');
    await this.press(visit, 'provider-go-on');
    const field = (name) => page.locator(`[id="${name}"]`);
    const choices = {
      'entity.nature': 'individual',
      'entity.document.type': 'resident_id',
      'entity.head.document.type': 'resident_id',
      'services.0.kind': 'website',
      'services.0.head.document.type': 'resident_id',
    };
    const typed = {
      provider_order_no: this.orderNo,
      'entity.name': '谢示例',
      'entity.document.number': this.head.document,
      'entity.head.name': '谢示例',
      'entity.head.phones.0': this.head.phone,
      'entity.head.document.number': this.head.document,
      'services.0.name': this.site,
      'services.0.domains': `story-${this.how}.example`,
      'services.0.head.name': '钱示例',
      'services.0.head.phones.0': this.other.phone,
      'services.0.head.document.number': this.other.document,
    };
    for (const [name, value] of Object.entries(choices)) await field(name).selectOption(value);
    for (const [name, value] of Object.entries(typed)) await field(name).fill(value);
    await this.press(visit, 'provider-to-check');
    await this.says(visit, this.text('provider-will-verify'), this.site);
    await this.picture(visit, 'check');
    await this.press(visit, 'provider-submit');
    await this.says(visit, this.text('provider-reported'), this.orderNo);
    await this.picture(visit, 'reported');
    return visit.path.split('/').at(-1);
  }

  /** Reads the code where the sandbox shows what has arrived on a phone, and types it into the portal; `panel` is how it ends. */
  async verifies(visit, person, panel) {
    await visit.open(`${this.sandbox.address}/sandbox/inbox`);
    await visit.type({ phone: person.phone });
    await this.press(visit, 'inbox-show');
    const message = await visit.page.locator('.message .text').first().innerText();
    const code = /(?<!\d)\d{6}(?!\d)/.exec(message)[0];
    await visit.follow(() => visit.page.locator('.nav a[href="/verify"]').click());
    await visit.send({ code, phone: person.phone, id_last6: person.idLast6 });
    assert.equal(visit.path, '/verify/result');
    assert.equal(await visit.page.locator(`.panel.${panel}`).count(), 1, panel);
    await this.picture(visit, `verified-${panel}`);
  }

  /** Finds it in the queue, takes it, approves it. */
  async approves(visit, filing) {
    await this.click(visit, 'menu-queue');
    const own = visit.page.locator(`main a[href="/console/administration/filings/${filing}"]`);
    while ((await own.count()) === 0) await this.click(visit, 'pager-next');
    await visit.follow(() => own.first().click());
    await this.press(visit, 'adm-claim');
    await this.says(visit, this.text('adm-claimed-flash'));
    await this.click(visit, 'adm-approve');
    await this.picture(visit, 'approve');
    await this.press(visit, 'adm-approve-button');
    await this.says(visit, this.text('adm-approved-flash'));
    await this.picture(visit, 'approved');
  }

  /** The provider finds its filing approved, with the number. */
  async readsNumbers(visit, filing) {
    await this.click(visit, 'menu-provider-filings');
    const own = visit.page.locator(`main a[href="/console/provider/filings/${filing}"]`);
    await visit.follow(() => own.first().click());
    const said = await visit.page.locator('main').innerText();
    assert.match(said, /浙ICP备\d{8}号/, 'the number of the organiser');
    await this.picture(visit, 'numbers');
  }

  /** How many rounds the charts show as reported and as approved, of the provider. */
  async counted(visit) {
    await this.click(visit, 'menu-funnel');
    await visit.page.selectOption('#provider', 'tencent');
    await this.press(visit, 'filter-submit');
    return this.steps(visit);
  }

  async steps(visit) {
    const chart = visit.page.getByRole('region', { name: this.text('funnel-steps'), exact: true });
    const count = async (key) => {
      const row = chart.getByRole('row').filter({ has: visit.page.getByRole('rowheader', { name: this.text(key), exact: true }) });
      return Number(await row.locator('td.number').innerText());
    };
    return { reported: await count('funnel-reported'), approved: await count('funnel-approved') };
  }

  /** The operator's charts count it, and the audit log names who has decided. */
  async sees(visit, filing, before) {
    await this.click(visit, 'menu-health');
    await this.says(visit, this.text('health-engine-works'));
    await this.picture(visit, 'health');
    const wanted = { reported: before.reported + 1, approved: before.approved + 1 };
    let seen = await this.counted(visit);
    for (let readings = 1; seen.approved < wanted.approved && readings < MOST_READINGS; readings += 1) {
      await visit.follow(() => visit.page.reload());
      seen = await this.steps(visit);
    }
    assert.deepEqual(seen, wanted, 'one round more, reported and approved');
    await this.picture(visit, 'charts');
    await this.click(visit, 'menu-audit');
    await visit.page.fill('#subject', filing);
    await this.press(visit, 'filter-submit');
    const rows = await visit.page.locator('main tbody tr').allInnerTexts();
    const [approved, claimed] = rows;
    assert.equal(rows.length, 2, rows.join('\n'));
    assert.ok(approved.includes(this.text('audit-action-approved')) && approved.includes('zhejiang'), approved);
    assert.ok(claimed.includes(this.text('audit-action-claimed')) && claimed.includes('zhejiang'), claimed);
    await this.picture(visit, 'audit');
  }
}
