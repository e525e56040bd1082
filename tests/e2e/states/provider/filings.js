// The provider's overview, its lists, and a filing in every state with what can be done with it.
import { round } from '../rounds.js';
import { CLERK, SUBMIT, signIn } from '../staff.js';
import { FILING, FILINGS, LONG, OVERVIEW, asClerk, asMemberOf, below, rowsOf, then, turned } from './rows.js';
import * as stories from './stories.js';

const row = rowsOf('v');
const WAITING = `${OVERVIEW}/waiting`;
const RETURNED = `${OVERVIEW}/returned`;

/** A provider that nobody files with. */
const QUIET = 'jd';
/** One whose filings are many: one more than a page holds. */
const BUSY = 'qingcloud';
const MANY = 51;

const empty = (path) => asMemberOf(QUIET, path);

/** Files until so many filings are in a state. */
async function fill(sandbox, state) {
  const { items } = await sandbox.filings(`state=${state}&limit=${MANY}`, BUSY);
  for (let filings = items.length; filings < MANY; filings += 1) await round(sandbox, 0, BUSY);
}
const many = (path) => asMemberOf(BUSY, path, (sandbox) => fill(sandbox, 'verifying'));
const manyReturned = asMemberOf(BUSY, RETURNED, async (sandbox) => {
  await fill(sandbox, 'verifying');
  await sandbox.advance(25 * 3600);
});

const LISTS = [
  row('overview-empty', OVERVIEW, ['provider-due', 'provider-by-state', 'live-as-of'], empty(OVERVIEW)),
  row('overview', OVERVIEW, ['provider-due', 'provider-report-overdue-count'], asClerk(OVERVIEW, stories.failing)),
  row('list-empty', FILINGS, ['provider-no-filings', 'provider-no-filings-hint'], empty(FILINGS)),
  row('list', FILINGS, ['provider-state-verifying', 'provider-not-mine'], asClerk(FILINGS, stories.disowned)),
  row('list-filtered', FILINGS, ['provider-filter-reset', 'provider-export'],
    asClerk(`${FILINGS}?state=verifying&kind=first&province=zhejiang`, stories.halfVerified)),
  row('list-no-match', FILINGS, ['provider-no-match', 'provider-no-match-hint'], asClerk(`${FILINGS}?number=nothing`)),
  row('list-many', FILINGS, ['provider-next-page'], many(FILINGS)),
  row('list-last', FILINGS, ['provider-first-page'], turned(many(FILINGS))),
  row('waiting-empty', WAITING, ['provider-nobody-waits', 'provider-nobody-waits-hint'], empty(WAITING)),
  row('waiting', WAITING, ['provider-waiting-intro', 'provider-reminder-label'], asClerk(WAITING, stories.halfVerified)),
  row('waiting-many', WAITING, ['provider-next-page'], many(WAITING), LONG),
  row('returned-empty', RETURNED, ['provider-none-returned', 'provider-none-returned-hint'], empty(RETURNED)),
  row('returned', RETURNED, ['provider-returned-intro', 'provider-reason-expired'], asClerk(RETURNED, stories.expired), LONG),
  row('returned-many', RETURNED, ['provider-next-page'], manyReturned, LONG),
];

/** Opens a filing with its story behind it, or a page below it. */
const of = (story, path = '') => async (visit, { plain }, locale) => {
  const id = await story(plain, visit);
  await signIn(visit, plain, locale, CLERK, `${FILINGS}/${id}${path}`);
};
const detail = (name, says, story) => row(`filing-${name}`, FILING, says, of(story));

const DETAILS = [
  detail('draft', ['provider-state-draft', 'provider-deed-report', 'provider-remark'], stories.drafted),
  detail('verifying', ['provider-state-verifying', 'provider-left', 'provider-deed-withdraw'], stories.verifying),
  detail('half-verified', ['provider-verification-passed', 'provider-event-verification-resent'], stories.halfVerified),
  detail('disowned', ['provider-not-mine-remedy', 'provider-not-mine-stopped'], stories.disowned),
  detail('failing', ['provider-will-return', 'provider-reason-attempts-exhausted'], stories.failing),
  detail('returned', ['provider-came-back', 'provider-remedies', 'provider-deed-reverify'], stories.expired),
  detail('returned-access', ['provider-remedies', 'provider-recorded-phone'], stories.accessExpired),
  detail('returned-cancellation', ['provider-remedies', 'provider-remedy-change-then-cancel'], stories.cancellationExpired),
  detail('in-review', ['provider-state-in-review', 'provider-event-filing-verification-completed'], stories.inReview),
  detail('approved', ['provider-state-approved', 'provider-given-entity-no'], stories.approved),
  detail('rejected', ['provider-state-rejected', 'provider-said'], stories.rejected),
  detail('withdrawn', ['provider-state-withdrawn', 'provider-event-filing-withdrawn'], stories.withdrawn),
  detail('clocks-stopped', ['provider-event-verification-deadline-moved', 'provider-deadline-now'], stories.clocksStopped),
  detail('erased', ['privacy-erased-note', 'provider-event-filing-erased'], stories.erased),
];

/** Opens the page that asks once more, lets something happen, and presses the button. */
const acted = (story, deed, between) =>
  then(of(story, `/act/${deed}`), async (visit, { plain }) => {
    await between?.(plain, visit.path.split('/')[4]);
    await visit.press(SUBMIT);
  });

const DEEDS = [
  row('report', below('act/report'), ['provider-deed-means-report'], of(stories.drafted, '/act/report')),
  row('reported', FILING, ['provider-deed-done-report', 'provider-state-verifying'], acted(stories.drafted, 'report')),
  row('reverify', below('act/reverify'), ['provider-deed-means-reverify'], of(stories.expired, '/act/reverify')),
  row('reverified', FILING, ['provider-deed-done-reverify', 'provider-verifiers'], acted(stories.expired, 'reverify')),
  row('withdraw', below('act/withdraw'), ['provider-deed-means-withdraw'], of(stories.verifying, '/act/withdraw')),
  row('withdrew', FILING, ['provider-deed-done-withdraw'], acted(stories.verifying, 'withdraw')),
  row('withdraw-too-late', FILING, ['provider-not-done', 'provider-wrong-state'], of(stories.approved, '/act/withdraw')),
  row('report-changed', below('act/report'), ['provider-changed', 'provider-since', 'provider-event-filing-withdrawn'],
    acted(stories.drafted, 'report', (plain, id) => plain.act(id, 'withdraw', 'tencent'))),
  row('not-correctable', FILING, ['provider-not-correctable'], of(stories.verifying, '/correct')),
];

/** The whole table. */
export const PROVIDER_FILINGS = [...LISTS, ...DETAILS, ...DEEDS];
