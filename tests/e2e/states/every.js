// Looks at every state of a table, in every locale.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';

import { Pages } from '../stage/browser.js';
import { lookedAt } from '../routes.js';
import { examine } from '../stage/examine.js';
import { textsOf } from '../stage/texts.js';

/**
 * Registers a test for each state and locale, where the name is wanted. A state has
 * - `name`: of the test and of its screenshots;
 * - `reach(visit, stage, locale)`: brings a browser there;
 * - `path`, whole or as a pattern, and any of `says` (keys of texts), `faulty` (fields with an error), `panel` (the colour of a result): by
 *   which it is known that the page is this one and no other;
 * - `accepted`: rules of axe that it breaks, with the reason beside it; `mostBytes`: if it may be larger than others.
 */
export function everyState(stage, states, locales, wanted) {
  for (const locale of locales) {
    let pages;
    before(() => (pages = new Pages(stage.browser, { locale })));
    for (const state of states.filter(({ name }) => wanted(name))) {
      it(`${state.name} ${locale}`, () =>
        pages.with(async (visit) => {
          await stage.inTurn(() => state.reach(visit, stage, locale));
          await recognise(visit, state, locale);
          lookedAt(await visit.sources());
          const wrong = await examine(visit, state, locale);
          if (wrong.length > 0) assert.fail([`${state.name} at ${visit.path}:`, ...wrong].join('\n'));
        }));
    }
  }
}

async function recognise(visit, state, locale) {
  if (state.path instanceof RegExp) assert.match(visit.path, state.path, state.name);
  else assert.equal(visit.path, state.path, state.name);
  assert.deepEqual(await visit.faulty(), state.faulty ?? [], `fields with an error in ${state.name}`);
  if (state.panel) assert.equal(await visit.page.locator(`.panel.${state.panel}`).count(), 1, `.panel.${state.panel}`);
  const words = await visit.page.locator('body').innerText();
  const texts = textsOf(locale);
  for (const key of state.says ?? []) assert.ok(texts.isIn(key, words), `${state.name} does not say ${key}:\n${words}`);
}
