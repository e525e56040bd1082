// What must be true of every page, whatever it says.
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { ARTEFACTS } from './places.js';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [1280, 360];
const NARROWEST = 320;
/** A whole page over the network: text, style sheet, pictures, headers. */
const MOST_BYTES = 15 * 1024;

/** Looks at the page that is open, at every width, and gives all that is wrong with it, a line each. */
export async function examine(visit, state, locale) {
  const { page } = visit;
  const wrong = [];
  const folder = join(ARTEFACTS, locale);
  await mkdir(folder, { recursive: true });
  const bytes = await visit.transferred();
  const most = state.mostBytes ?? MOST_BYTES;
  if (bytes > most) wrong.push(`${bytes} bytes were transferred, more than ${most}`);
  const language = await page.getAttribute('html', 'lang');
  if (language !== locale) wrong.push(`the page says that its language is ${language}`);
  await page.evaluate(AXE);
  for (const width of WIDTHS) {
    const screenshot = join(folder, `${state.name}-${width}.png`);
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path: screenshot, fullPage: true, animations: 'disabled' });
    wrong.push(...(await violations(page, state.accepted ?? [])).map((line) => `${width} px: ${line} (${screenshot})`));
  }
  await page.setViewportSize({ width: NARROWEST, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > NARROWEST) wrong.push(`at ${NARROWEST} px the page is ${wide} px wide`);
  return wrong;
}

/** Every rule of axe that is broken, with the elements; `accepted` names rules that a state breaks for a reason. */
async function violations(page, accepted) {
  const rules = Object.fromEntries([['target-size', { enabled: true }], ...accepted.map((id) => [id, { enabled: false }])]);
  const found = await page.evaluate((settings) => globalThis.axe.run(document, settings), {
    resultTypes: ['violations'],
    rules,
  });
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}: ${node.html}`),
  );
}
