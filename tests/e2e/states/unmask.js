// Seeing masked data in clear: asking, the second person, looking, and who only reads.
import { ADMIN, CLERK, demo, signIn } from './staff.js';
import { rowsOf, then } from './provider/rows.js';
import { verifying } from './provider/stories.js';

const row = rowsOf('u');
const LIST = '/console/unmask';
const ONE = /^\/console\/unmask\/fil_\w+$/;
const below = (path) => new RegExp(`${ONE.source.slice(0, -1)}/${path}$`);
const REASON = '投诉编号 2026-0311';
const AUDITOR = demo('auditor');

/** Opens the page of a new filing. */
const open = (account) => async (visit, { plain }, locale) => {
  const id = await verifying(plain);
  await signIn(visit, plain, locale, account, `${LIST}/${id}`);
};
const asked = (account, reason = REASON) => then(open(account), async (visit) => {
  await visit.type({ reason });
  await visit.press('form[action$="/ask"] button');
});
/** Goes on as somebody else, on the same page. */
const seenBy = (reach, account) => then(reach, (visit, { plain }, locale) => signIn(visit, plain, locale, account, visit.path));
const decided = (decision) => then(seenBy(asked(CLERK), ADMIN), (visit) =>
  visit.press(`form:has([value=${decision}]) button`));
const granted = seenBy(decided('approve'), CLERK);
const looked = then(granted, (visit) => visit.press('form[action$="/look"] button'));
const list = (reach) => then(reach, (visit, { plain }) => visit.open(plain.address + LIST));

/** The whole table. */
export const UNMASK = [
  row('list-empty', LIST, ['unmask-none', 'unmask-none-hint'], (visit, { captcha }, locale) => signIn(visit, captcha, locale, CLERK, LIST)),
  row('list', LIST, ['unmask-intro', 'unmask-waiting'], list(asked(CLERK))),
  row('list-to-decide', LIST, ['unmask-waits-for-you'], list(seenBy(asked(CLERK), ADMIN))),
  row('list-wrong', LIST, ['unmask-filing-wrong'], then(open(CLERK), (visit, { plain }) =>
    visit.open(`${plain.address}${LIST}?filing=nothing`))),
  row('ask', ONE, ['unmask-ask', 'unmask-reason-hint'], open(CLERK)),
  row('ask-wrong', below('ask'), ['unmask-reason-wrong'], asked(CLERK, '15400001234'), { faulty: ['reason'] }),
  row('asked', ONE, ['unmask-asked', 'unmask-waiting', 'unmask-own'], asked(CLERK)),
  row('decide', ONE, ['unmask-to-decide', 'unmask-to-decide-line'], seenBy(asked(CLERK), ADMIN)),
  row('approved', ONE, ['unmask-approved'], decided('approve')),
  row('refused-by', ONE, ['unmask-refused-done'], decided('refuse')),
  row('refused', ONE, ['unmask-refused', 'unmask-ask'], seenBy(decided('refuse'), CLERK)),
  row('open', ONE, ['unmask-open', 'unmask-look-line'], granted),
  row('clear', below('look'), ['unmask-clear-title', 'unmask-noted'], looked),
  row('used', ONE, ['unmask-used', 'unmask-ask'], then(looked, async (visit, { plain }, locale) => {
    const path = visit.path.replace('/look', '');
    await plain.advance(16 * 60);
    await signIn(visit, plain, locale, CLERK, path);
  })),
  row('expired', ONE, ['unmask-expired', 'unmask-ask'], then(asked(CLERK), async (visit, { plain }, locale) => {
    await plain.advance(24 * 3600 + 60);
    await signIn(visit, plain, locale, CLERK, visit.path);
  })),
  row('read-only', ONE, ['unmask-filing-title'], seenBy(asked(CLERK), AUDITOR)),
  row('read-only-list', LIST, ['unmask-intro', 'unmask-waiting'], list(seenBy(asked(CLERK), AUDITOR))),
  row('missing', `${LIST}/fil_0000000000000`, ['missing-title'], (visit, { plain }, locale) =>
    signIn(visit, plain, locale, CLERK, `${LIST}/fil_0000000000000`)),
];
