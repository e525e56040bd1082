// 初审, of a provider that asks for it: the queue, claiming, passing, sending back, the second person; and its setting.
import { SUBMIT, memberOf, signIn } from '../staff.js';
import { NEW, SENT, fillIn } from './forms.js';
import { FILING, OVERVIEW, asMemberOf, below, pressed, rowsOf, then } from './rows.js';

const row = rowsOf('i');
const QUEUE = `${OVERVIEW}/initial-review`;
const SETTINGS = `${OVERVIEW}/settings`;
const CASE = /^\/console\/provider\/initial-review\/fil_\w+$/;
const belowCase = (path) => new RegExp(`${CASE.source.slice(0, -1)}/${path}$`);
const CLAIM = 'form[action$="/claim"] button';

/** A provider without demo accounts, whose rule these rows change as they need. */
const PROVIDER = 'volcengine';
const QUIET = 'jd';

/** Sets the rule as the provider's admin, who then is signed in. */
async function underRule(visit, { plain }, locale, rule) {
  await signIn(visit, plain, locale, await memberOf(visit, plain, PROVIDER), SETTINGS);
  await visit.page.check(`[value=${rule}]`);
  await visit.press(SUBMIT);
}

/** Hands a filing in for 初审 as the admin, and gives its id. */
async function handIn(visit, { plain }, locale, rule = 'required') {
  await underRule(visit, { plain }, locale, rule);
  await visit.open(`${plain.address}${NEW}?kind=first&province=zhejiang`);
  await fillIn(visit, plain);
  await visit.press('button[value=check]');
  await visit.press('button[value=review]');
  return visit.path.split('/').at(-1);
}

/** Opens a page of 初审 about a filing that was handed in: as the admin who wrote it, or as the clerk. */
const at = (path, { rule, clerk = false } = {}) => async (visit, stage, locale) => {
  const id = await handIn(visit, stage, locale, rule);
  const address = `${QUEUE}/${id}${path}`;
  if (clerk) await signIn(visit, stage.plain, locale, await memberOf(visit, stage.plain, PROVIDER, 'provider_clerk'), address);
  else await visit.open(stage.plain.address + address);
};
/** Goes to a page afterwards. */
const thenOpen = (reach, path) => then(reach, (visit, { plain }) => visit.open(plain.address + path));

async function giveReason(visit) {
  await visit.page.check('[name="at.entity.name"]');
  await visit.type({ 'why.entity.name': '请填写营业执照上的全称' });
}
const sentBack = then(at('/send-back'), async (visit) => {
  await giveReason(visit);
  await visit.press('button.danger');
});

/** Somebody else decides while the page is open. */
const decidedMeanwhile = then(at('/pass'), async (visit) => {
  const { page } = visit;
  const other = await page.context().newPage();
  await other.goto(page.url().replace(/pass$/, 'send-back'));
  await other.check('[name="at.entity.name"]');
  await other.fill('[name="why.entity.name"]', '请填写营业执照上的全称');
  await Promise.all([other.waitForEvent('load'), other.click('button.danger')]);
  await other.close();
  await visit.press(SUBMIT);
});

/** Somebody else has claimed it. */
const held = then(at('', { clerk: true }), async (visit, { plain }, locale) => {
  const path = visit.path;
  await visit.press(CLAIM);
  await signIn(visit, plain, locale, await memberOf(visit, plain, PROVIDER), path);
});

const passed = then(at('/pass'), async (visit) => {
  await visit.page.check('[value=keep]');
  await visit.press(SUBMIT);
});

/** The whole table. */
export const PROVIDER_INITIAL_REVIEW = [
  row('settings', SETTINGS, ['settings-intro', 'provider-initial-review-second-person', 'settings-notices-none'], asMemberOf(QUIET, SETTINGS)),
  row('settings-saved', SETTINGS, ['settings-saved'], (visit, stage, locale) => underRule(visit, stage, locale, 'required')),
  row('queue-empty', QUEUE, ['initial-none', 'initial-is-skipped'], asMemberOf(QUIET, QUEUE)),
  row('check', SENT, ['initial-check-intro', 'initial-submit'], async (visit, stage, locale) => {
    await underRule(visit, stage, locale, 'required');
    await visit.open(`${stage.plain.address}${NEW}?kind=first&province=zhejiang`);
    await fillIn(visit, stage.plain);
    await visit.press('button[value=check]');
  }),
  row('submitted', FILING, ['initial-submitted', 'provider-state-initial-review'], handIn),
  row('queue', QUEUE, ['initial-intro', 'initial-free'], thenOpen(handIn, QUEUE)),
  row('overview', OVERVIEW, ['provider-in-initial-review'], thenOpen(handIn, OVERVIEW)),
  row('case', CASE, ['initial-claim-line', 'provider-will-verify'], at('')),
  row('claimed', CASE, ['initial-claimed', 'initial-own-lease'], pressed(at(''), CLAIM)),
  row('held', CASE, ['initial-held-by', 'initial-held-hint'], held),
  row('second-person', CASE, ['provider-wrong-second-person'], at('', { rule: 'second_person' })),
  row('other-person', CASE, ['initial-pass', 'initial-send-back'], at('', { rule: 'second_person', clerk: true })),
  row('pass', belowCase('pass'), ['initial-pass-intro', 'provider-deed-means-report'], at('/pass')),
  row('passed', FILING, ['initial-passed', 'provider-deed-report'], passed),
  row('passed-queue', QUEUE, ['initial-passed-waits'], thenOpen(passed, QUEUE)),
  row('passed-case', CASE, ['initial-has-passed'], then(passed, (visit, { plain }) =>
    visit.open(`${plain.address}${QUEUE}/${visit.path.split('/').at(-1)}`))),
  row('reported', FILING, ['initial-passed-and-reported', 'provider-state-verifying'], pressed(at('/pass'), SUBMIT)),
  row('pass-refused', CASE, ['provider-not-done', 'provider-wrong-second-person'], pressed(at('/pass', { rule: 'second_person' }), SUBMIT)),
  row('send-back', belowCase('send-back'), ['initial-send-back-intro', 'initial-left-blank'], at('/send-back')),
  row('send-back-none', belowCase('send-back'), ['initial-no-reason'], pressed(at('/send-back'), 'button.danger'),
    { faulty: ['at.provider_order_no'] }),
  row('send-back-half', belowCase('send-back'), ['initial-reason-missing'], then(at('/send-back'), async (visit) => {
    await visit.page.check('[name="at.entity.name"]');
    await visit.press('button.danger');
  }), { faulty: ['why.entity.name'] }),
  row('sent-back', FILING, ['initial-sent-back', 'initial-sent-back-by'], sentBack),
  row('correct', below('correct'), ['initial-was-sent-back'], then(sentBack, (visit) => visit.open(`${visit.page.url()}/correct`)),
    { faulty: ['entity.name'] }),
  row('changed', belowCase('pass'), ['provider-changed', 'provider-event-filing-initial-review-sent-back'], decidedMeanwhile),
  row('gone', FILING, ['initial-gone'], then(pressed(at('/pass'), SUBMIT), (visit, { plain }) =>
    visit.open(`${plain.address}${QUEUE}/${visit.path.split('/').at(-1)}`))),
];
