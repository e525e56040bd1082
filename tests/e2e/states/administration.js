// The pages of an administration's console, and how each state comes about.
import { round } from './rounds.js';

const QUEUE = '/console/administration';
/** The style sheet of the consoles and a filing with all that has happened to it. */
const MOST_BYTES = 48 * 1024;

const path = (filing, below = '') => `${QUEUE}/filings/${filing.id}${below}`;

/** A filing that waits for a decision. */
async function inReview(sandbox) {
  const { head, filing } = await round(sandbox);
  await sandbox.verify(head, await sandbox.code(head));
  return filing;
}

/** The sign-in page in a language: the consoles keep it in a cookie. */
async function signInPage(visit, sandbox, locale, to) {
  await visit.open(`${sandbox.address}/console/language/${locale}?back=/console/sign-in`);
  await visit.open(`${sandbox.address}/console/sign-in?next=${to}`);
}

/** Signs in as the reviewer of the demo accounts, on the way to a page. */
async function signIn(visit, sandbox, locale, to) {
  await signInPage(visit, sandbox, locale, to);
  await visit.type({ name: 'zhejiang', password: 'sandbox-zhejiang' });
  await visit.follow(() => visit.page.click('main form button'));
}

/** Opens a page of a new filing, after `first` has happened to it. */
const of = (below, first) => async (visit, { plain }, locale) => {
  const filing = await inReview(plain);
  await first?.(plain, filing);
  await signIn(visit, plain, locale, path(filing, below));
};

/** Opens the form below a filing, lets something happen, and sends the form. */
const sent = (below, between, fields) => async (visit, { plain }, locale) => {
  const filing = await inReview(plain);
  await signIn(visit, plain, locale, path(filing, below));
  await between?.(plain, filing);
  if (fields) await visit.type(fields);
  await visit.follow(() => visit.page.click('main form.card button'));
};

const claimed = (sandbox, filing) => sandbox.review(filing.id, 'claim');
const rejected = (sandbox, filing) => sandbox.review(filing.id, 'reject', { reason: '资料不全' });

const row = (name, place, says, reach, more) => ({ name: `a-${name}`, path: place, says, reach, mostBytes: MOST_BYTES, ...more });
const FILING = /^\/console\/administration\/filings\/fil_\w+$/;
const below = (name) => new RegExp(`${FILING.source.slice(0, -1)}/${name}$`);

/** All of them, in the order of the specification. */
export const ADMINISTRATION = [
  row('sign-in', '/console/sign-in', ['sign-in-title'], (visit, { plain }, locale) => signInPage(visit, plain, locale, QUEUE)),
  row('queue', QUEUE, ['adm-queue-intro', 'adm-free', 'adm-in-time'], async (visit, { plain }, locale) => {
    await claimed(plain, await inReview(plain));
    await inReview(plain);
    await signIn(visit, plain, locale, QUEUE);
  }),
  row('detail', FILING, ['adm-evidence-title', 'adm-held-by-nobody', 'adm-timeline-title'], of('')),
  row('detail-held', FILING, ['adm-held-by'], of('', claimed)),
  row('approve', below('approve'), ['adm-approve-body'], of('/approve')),
  row('approved', FILING, ['adm-approved-flash', 'adm-entity-no'], sent('/approve')),
  row('approve-held', below('approve'), ['adm-held-by'], sent('/approve', claimed)),
  row('approve-changed', below('approve'), ['adm-changed-body', 'adm-since-title'], sent('/approve', rejected)),
  row('reject', below('reject'), ['adm-reject-body'], of('/reject')),
  row('reject-empty', below('reject'), ['adm-reason-empty'], sent('/reject'), { faulty: ['reason'] }),
  row('rejected', FILING, ['adm-rejected-flash'], sent('/reject', undefined, { reason: '资料不全' })),
  row('decisions', `${QUEUE}/decisions`, ['adm-decisions-intro', 'adm-state-rejected'], async (visit, { plain }, locale) => {
    await rejected(plain, await inReview(plain));
    await signIn(visit, plain, locale, `${QUEUE}/decisions`);
  }),
  row('statistics', `${QUEUE}/statistics`, ['adm-statistics-intro'], (visit, { plain }, locale) =>
    signIn(visit, plain, locale, `${QUEUE}/statistics`),
  ),
];
