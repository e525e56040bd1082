// The routes to carriers: none, some that work and one that is down, and one that is run empty.
import { rowsOf, then } from '../provider/rows.js';
import { OPERATOR } from '../staff.js';
import { AUDITOR, HOME, as, asOperator } from './rows.js';

const row = rowsOf('o');
const ROUTES = `${HOME}/routes`;
const sending = (account) => as(account, ROUTES, undefined, 'sending');
const button = (to) => `form:has(input[value="drill-b"]):has(input[value="${to}"]) button`;

/** Presses a button that may have been pressed before: what it undoes is undone first. */
const pressed = (to, from) => then(sending(OPERATOR), async (visit) => {
  if (await visit.page.locator(button(to)).count() === 0) await visit.press(button(from));
  await visit.press(button(to));
});

/** The whole table. */
export const OPERATOR_ROUTES = [
  row('routes-none', ROUTES, ['routes-none', 'routes-none-sandbox'], asOperator(ROUTES)),
  row('routes', ROUTES, ['routes-intro', 'routes-works', 'routes-down', 'routes-unserved-more', 'routes-service-hint'], sending(OPERATOR)),
  row('routes-auditor', ROUTES, ['operator-read-only', 'routes-works'], sending(AUDITOR)),
  row('routes-drained', ROUTES, ['routes-drained', 'routes-drained-about'], pressed('drained', 'in_service')),
  row('routes-taken-back', ROUTES, ['routes-in-service', 'routes-works'], pressed('in_service', 'drained')),
];
