// The routes to carriers: none, some that work and one that is down, and one that is run empty.
import { rowsOf, then } from '../provider/rows.js';
import { round } from '../rounds.js';
import { OPERATOR, SUBMIT } from '../staff.js';
import { AUDITOR, HOME, as, asOperator } from './rows.js';

const row = rowsOf('o');
const ROUTES = `${HOME}/routes`;
const JOBS = `${HOME}/jobs`;
const sending = (account) => as(account, ROUTES, undefined, 'sending');
const button = (to) => `form:has(input[value="drill-b"]):has(input[value="${to}"]) button`;

/** Presses a button that may have been pressed before: what it undoes is undone first. */
const pressed = (to, from) => then(sending(OPERATOR), async (visit) => {
  if (await visit.page.locator(button(to)).count() === 0) await visit.press(button(from));
  await visit.press(button(to));
});

const DRILLS = ['drill-a', 'drill-b'];
const service = (name, to) => `form:has(input[value="${name}"]):has(input[value="${to}"]) button`;

/** Nothing is sent for longer than messages wait. The page is loaded when the routes are taken into service again. */
const stuck = then(sending(OPERATOR), async (visit, stage, locale) => {
  const { sending: sandbox } = stage;
  for (const name of DRILLS) await visit.press(service(name, 'drained'));
  await round(sandbox);
  await sandbox.advance(11 * 60);
  await visit.open(`${sandbox.address}${JOBS}`);
  const other = await visit.page.context().browser().newContext();
  try {
    const page = await other.newPage();
    await page.goto(`${sandbox.address}/console/sign-in?next=${ROUTES}`);
    await page.fill('#name', OPERATOR.name);
    await page.fill('#password', OPERATOR.password);
    await Promise.all([page.waitForEvent('load'), page.click(SUBMIT)]);
    for (const name of DRILLS) {
      await Promise.all([page.waitForEvent('load'), page.click(service(name, 'in_service'))]);
    }
  } finally {
    await other.close();
  }
});

/** The whole table. */
export const OPERATOR_ROUTES = [
  row('routes-none', ROUTES, ['routes-none', 'routes-none-sandbox'], asOperator(ROUTES)),
  row('routes', ROUTES, ['routes-intro', 'routes-works', 'routes-down', 'routes-unserved-more', 'routes-service-hint'], sending(OPERATOR)),
  row('routes-auditor', ROUTES, ['operator-read-only', 'routes-works'], sending(AUDITOR)),
  row('routes-drained', ROUTES, ['routes-drained', 'routes-drained-about'], pressed('drained', 'in_service')),
  row('routes-taken-back', ROUTES, ['routes-in-service', 'routes-works'], pressed('in_service', 'drained')),
  row('jobs-stuck', JOBS, ['jobs-stuck-advice', 'jobs-advice-window'], stuck),
];
