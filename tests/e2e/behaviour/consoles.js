// What the consoles do of themselves while somebody looks at them.
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { withPage } from '../stage/browser.js';
import { round } from '../states/rounds.js';

/** What a page with a live part says of itself, and one reading more (console/parts/live.rs). */
const READS_AFTER_MS = 10_000;

/** Registers the tests. */
export function consoleBehaviour(stage, wanted) {
  const name = 'an overview that is open shows what has happened since, in its place, and keeps the focus';
  if (!wanted(name)) return;
  it(name, () => withPage(stage.browser, { locale: 'zh-CN' }, (visit) => readsAnew(visit, stage.plain)));
}

async function readsAnew(visit, sandbox) {
  const { page } = visit;
  await page.clock.install();
  await visit.open(`${sandbox.address}/console/sign-in?next=/console/provider`);
  await visit.type({ name: 'tencent-clerk', password: 'sandbox-tencent-clerk' });
  await visit.follow(() => page.click('main form button'));
  const verifying = page.locator('#live a[href="/console/provider/filings?state=verifying"]');
  const before = Number(await verifying.textContent());
  await verifying.focus();
  await round(sandbox, 0, 'tencent');
  await page.clock.runFor(READS_AFTER_MS);
  await verifying.and(page.getByText(String(before + 1), { exact: true })).waitFor();
  assert.equal(visit.path, '/console/provider');
  assert.equal(await verifying.and(page.locator(':focus')).count(), 1, 'the focus stayed on the number');
}
