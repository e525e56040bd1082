// What the administration's pages look like when there is nothing, much, too late or too little.
import { then, turned } from './provider/rows.js';
import { round } from './rounds.js';
import { SUBMIT, demo, signIn } from './staff.js';

const REVIEWER = demo('zhejiang');
const QUEUE = '/console/administration';
const FILING = /^\/console\/administration\/filings\/fil_\w+$/;
const below = (name) => new RegExp(`${FILING.source.slice(0, -1)}/${name}$`);
const DAY_S = 24 * 3600;
/** Filings on a page of the queue or of the decisions, and one more. */
const MORE_THAN_A_PAGE = 26;

const row = (name, path, says, reach, more) => ({ name: `a-${name}`, path, says, reach, mostBytes: 96 * 1024, ...more });
const at = (filing, end = '') => `${QUEUE}/filings/${filing.id}${end}`;

/** A filing that waits for a decision, with so many people beside its head. */
async function inReview(sandbox, others = 0) {
  const people = await round(sandbox, others);
  for (const person of [people.head, ...people.others]) await sandbox.verify(person, await sandbox.code(person));
  return people.filing;
}

async function many(sandbox, decide) {
  for (let filings = 0; filings < MORE_THAN_A_PAGE; filings += 1) {
    const filing = await inReview(sandbox);
    if (decide) await sandbox.review(filing.id, 'reject', { reason: '网站名称与主体经营范围无关，请更正' });
  }
}

const open = (path, first, which = 'plain') => async (visit, stage, locale) => {
  await first?.(stage[which]);
  await signIn(visit, stage[which], locale, REVIEWER, path);
};
/** Opens a page of a filing to which something has happened. */
const of = (story, end) => async (visit, { plain }, locale) => {
  const filing = await story(plain);
  await signIn(visit, plain, locale, REVIEWER, at(filing, end));
};
const decided = (deed, body) => async (sandbox) => {
  const filing = await inReview(sandbox, 1);
  await sandbox.review(filing.id, deed, body);
  return filing;
};
const rejecting = (reason) => then(of(inReview, '/reject'), async (visit) => {
  await visit.page.evaluate((words) => (document.querySelector('#reason').value = words), reason);
  await visit.press('main form.card button');
});
const claimed = then(of(inReview), (visit) => visit.press('form[action$="/claim"] button'));

/** The whole table. */
export const ADMINISTRATION_MORE = [
  row('queue-empty', QUEUE, ['adm-queue-empty', 'adm-queue-empty-hint'], open(QUEUE, undefined, 'captcha')),
  row('queue-many', QUEUE, ['adm-queue-intro', 'adm-next-page'], open(QUEUE, many)),
  row('queue-next', QUEUE, ['adm-queue-intro', 'adm-first-page'], turned(open(QUEUE, many))),
  row('queue-overdue', QUEUE, ['adm-overdue'], open(QUEUE, async (sandbox) => {
    await inReview(sandbox);
    await sandbox.advance(40 * DAY_S);
  })),
  row('claimed', FILING, ['adm-claimed-flash', 'adm-held-by-you', 'adm-claim-again'], claimed),
  row('detail-two', FILING, ['adm-evidence-title', 'adm-phone', 'adm-service-named'], of((sandbox) => inReview(sandbox, 2))),
  row('detail-approved', FILING, ['adm-state-approved', 'adm-entity-no', 'adm-decided-by'], of(decided('approve'))),
  row('detail-rejected', FILING, ['adm-state-rejected', 'adm-rejection'], of(decided('reject', { reason: '资料不全' }))),
  row('approve-decided', below('approve'), ['adm-changed-body'], of(decided('approve'), '/approve')),
  row('reject-long', below('reject'), ['adm-reason-long'], rejecting('资'.repeat(2001)), { faulty: ['reason'] }),
  row('decisions-empty', `${QUEUE}/decisions`, ['adm-decisions-empty', 'adm-decisions-empty-hint'], open(`${QUEUE}/decisions`, undefined, 'captcha')),
  row('decisions-many', `${QUEUE}/decisions`, ['adm-decisions-intro', 'adm-next-page'], open(`${QUEUE}/decisions`, (sandbox) => many(sandbox, true))),
  row('decisions-next', `${QUEUE}/decisions`, ['adm-decisions-intro', 'adm-first-page'], turned(
    open(`${QUEUE}/decisions`, (sandbox) => many(sandbox, true)))),
  row('statistics-full', `${QUEUE}/statistics`, ['adm-statistics-intro', 'adm-statistics-sentence'], open(`${QUEUE}/statistics`, decided('approve'))),
  row('statistics-empty', `${QUEUE}/statistics`, ['adm-statistics-intro'], open(`${QUEUE}/statistics`, undefined, 'captcha')),
  row('missing', `${QUEUE}/filings/fil_0000000000000`, ['missing-title', 'missing-body'], open(`${QUEUE}/filings/fil_0000000000000`)),
  row('forbidden', '/console/operator', ['forbidden-title', 'forbidden-body'], open('/console/operator')),
  row('session-over', below('reject'), ['sign-in-over-kept'], then(of(inReview, '/reject'), async (visit, { plain }) => {
    await visit.type({ reason: '资料不全' });
    await plain.advance(31 * 60);
    await visit.press('main form.card button');
  })),
  row('session-resumed', /^\/console/, ['resume-title', 'resume-body'], then(of(inReview, '/reject'), async (visit, { plain }) => {
    await visit.type({ reason: '资料不全' });
    await plain.advance(31 * 60);
    await visit.press('main form.card button');
    await visit.type({ name: REVIEWER.name, password: REVIEWER.password });
    await visit.press(SUBMIT);
  })),
];
