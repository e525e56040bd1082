// The keyboard alone.
import assert from 'node:assert/strict';

/** More steps than any page has to its last button. */
const MOST = 60;

/** Goes on with Tab until the element with this id has the focus; whoever cannot get there is stuck. */
export async function tabTo(visit, reached) {
  for (let steps = 0; steps < MOST; steps += 1) {
    await visit.page.keyboard.press('Tab');
    if (await visit.page.locator(reached).and(visit.page.locator(':focus')).count()) return;
  }
  assert.fail(`${MOST} times Tab did not lead to ${reached}`);
}
