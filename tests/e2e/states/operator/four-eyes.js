// What takes two operators: versions of rules, stopped clocks, keys, and the proposals about them.
import { pressed, rowsOf, then } from '../provider/rows.js';
import { round } from '../rounds.js';
import { OPERATOR, SUBMIT } from '../staff.js';
import { AUDITOR, HOME, SECOND, asAuditor, asOperator, seenBy, whereNothingIs } from './rows.js';

const row = rowsOf('o');
const RULES = `${HOME}/rules`;
const VERSIONS = `${RULES}/versions`;
const NEW = `${VERSIONS}/new`;
const VERSION = /^\/console\/operator\/rules\/versions\/rul?\w*_\w+$/;
const PROPOSALS = `${HOME}/proposals`;
const PROPOSAL = /^\/console\/operator\/proposals\/pro_\w+$/;
const OUTAGES = `${HOME}/outages`;
const KEYS = `${HOME}/keys`;
const under = (pattern, end) => new RegExp(`${pattern.source.slice(0, -1)}/${end}$`);
const REASON = '依据示例通知第 12 号';
/** The rules of a whole file, or how it differs. */
const LONG = { mostBytes: 160 * 1024 };
const HOUR_MS = 3_600_000;

/** Puts in a set, changed or as it is. */
const putIn = (set, change = (text) => text) => then(asOperator(`${NEW}?set=${set}`), async (visit) => {
  await visit.type({ text: change(await visit.value('text')) });
  await visit.press(SUBMIT);
});
/** The form begins with what was activated last, for whichever time: the hours become one of two, never the same again. */
const otherHours = (one, other) => (text) =>
  text.replace(/^validity_hours = (\d+)$/m, (_, hours) => `validity_hours = ${Number(hours) === one ? other : one}`);
/** A version that is never to be in force while others are tested. */
const longer = putIn('national-2020', otherHours(36, 37));
const proposedFrom = (start) => then(longer, async (visit) => {
  await visit.type({ start, reason: REASON });
  await visit.press('form[action$="/propose"] button');
});
const proposed = proposedFrom('2036-01-01T00:00');
const asking = (deed, reach = proposed, account = SECOND) => then(seenBy(reach, account), (visit, { plain }) =>
  visit.open(`${plain.address}${visit.path}/${deed}`));
const approved = pressed(asking('approve'), SUBMIT);
const refused = (reason) => then(asking('refuse'), async (visit) => {
  await visit.type({ reason });
  await visit.press(SUBMIT);
});
const withdrawn = pressed(asking('withdraw', proposed, OPERATOR), SUBMIT);
/** A set of the past, which nobody files under any more. */
const harmless = then(putIn('pilot-2017', otherHours(49, 50)), async (visit) => {
  await visit.type({ reason: REASON });
  await visit.press('form[action$="/propose"] button');
});
const inForce = pressed(asking('approve', harmless), SUBMIT);
/** Another operator has the question open while the first one takes the proposal back. */
const overtaken = async (visit, stage, locale) => {
  await asking('approve')(visit, stage, locale);
  const other = await visit.page.context().browser().newContext();
  try {
    const page = await other.newPage();
    await page.goto(`${stage.plain.address}/console/sign-in?next=${visit.path.replace('approve', 'withdraw')}`);
    await page.fill('#name', OPERATOR.name);
    await page.fill('#password', OPERATOR.password);
    await Promise.all([page.waitForEvent('load'), page.click(SUBMIT)]);
    await Promise.all([page.waitForEvent('load'), page.click(SUBMIT)]);
  } finally {
    await other.close();
  }
  await visit.press(SUBMIT);
};
const expired = then(proposed, async (visit, stage, locale) => {
  const { path } = visit;
  await stage.plain.advance(8 * 24 * 3600);
  await asOperator(path)(visit, stage, locale);
});
const list = (reach) => then(reach, (visit, { plain }) => visit.open(plain.address + PROPOSALS));

const BOOK = [
  row('rules', RULES, ['rules-intro', 'rules-in-force', 'rules-past'], asOperator(RULES)),
  row('rules-set', `${RULES}/sets/national-2020`, ['rules-values', 'rules-verifies', 'rules-when-entity-stays'], asOperator(`${RULES}/sets/national-2020`), LONG),
  row('rules-diff', `${RULES}/diff`, ['diff-intro', 'diff-one'], asOperator(`${RULES}/diff?a=national-2020&b=tencent-cloud`), LONG),
  row('rules-diff-same', `${RULES}/diff`, ['diff-same', 'diff-same-hint'], asOperator(`${RULES}/diff?a=national-2020&b=national-2020`)),
  row('rules-explain', `${RULES}/explain`, ['explain-intro', 'explain-submit'], asOperator(`${RULES}/explain`)),
  row('rules-explained', `${RULES}/explain`, ['explain-answer', 'explain-clocks'], asOperator(
    `${RULES}/explain?province=zhejiang&provider=tencent&kind=first&initiator=provider`)),
  row('rules-calendar', `${RULES}/calendar`, ['calendar-intro', 'calendar-working'], asOperator(`${RULES}/calendar`)),
];

const PUT_IN = [
  row('versions-empty', VERSIONS, ['versions-none', 'versions-none-hint'], whereNothingIs(VERSIONS)),
  row('versions', VERSIONS, ['versions-wins', 'versions-scheduled', 'versions-proposed', 'versions-draft'], async (visit, stage, locale) => {
    for (const reach of [approved, proposed, longer, inForce]) await reach(visit, stage, locale);
    await asOperator(VERSIONS)(visit, stage, locale);
  }),
  row('versions-auditor', VERSIONS, ['operator-read-only', 'versions-in-force'], then(inForce, asAuditor(VERSIONS))),
  row('version-new', NEW, ['versions-add-intro', 'versions-text-hint'], asOperator(NEW)),
  row('version-new-filled', NEW, ['versions-add-intro', 'versions-text-hint'], asOperator(`${NEW}?set=national-2020`), LONG),
  row('version-wrong', NEW, ['versions-wrong'], putIn('national-2020', (text) =>
    text.replace(/^validity_hours = .*$/m, 'validity_hours = 0\nwhat = 1')),
    { ...LONG, faulty: ['text'] }),
  row('version', VERSION, ['versions-added-flash', 'versions-changes', 'versions-propose'], longer),
  row('version-same', VERSION, ['versions-same', 'versions-same-hint'], putIn('qingcloud')),
  row('version-auditor', VERSION, ['operator-read-only', 'versions-changes'], seenBy(longer, AUDITOR)),
  row('version-start-wrong', under(VERSION, 'propose'), ['versions-start-over'], proposedFrom('2020-01-01T00:00'), { faulty: ['start'] }),
  row('version-in-force', VERSION, ['versions-in-force'], then(inForce, async (visit, { plain }) => {
    await visit.open(plain.address + VERSIONS);
    await visit.press('main table tr:has(.success) a >> nth=0');
  })),
  row('impact', under(VERSION, 'impact'), ['impact-intro', 'impact-counts', 'impact-export'], async (visit, stage, locale) => {
    await round(stage.plain);
    await longer(visit, stage, locale);
    await visit.press('main a[href$="/impact"]');
  }, LONG),
  // Nobody has filed in the days that are looked at.
  row('impact-none', under(VERSION, 'impact'), ['impact-none', 'impact-none-hint'], then(putIn('qingcloud'), async (visit, stage, locale) => {
    const { path } = visit;
    await stage.plain.advance(8 * 24 * 3600);
    await asOperator(`${path}/impact?days=7`)(visit, stage, locale);
  })),
];

const AGREED = [
  row('proposals-empty', PROPOSALS, ['proposals-none', 'proposals-none-hint'], whereNothingIs(PROPOSALS)),
  row('proposals', PROPOSALS, ['proposals-stage-waiting', 'proposals-stage-approved', 'proposals-stage-refused', 'proposals-stage-withdrawn'],
    async (visit, stage, locale) => {
      for (const reach of [approved, refused(REASON), withdrawn, proposed]) await reach(visit, stage, locale);
      await list(asOperator(HOME))(visit, stage, locale);
    }),
  row('proposal-own', PROPOSAL, ['versions-proposed-done', 'proposals-withdraw'], proposed),
  row('proposal-own-refused', under(PROPOSAL, 'approve'), ['proposals-other-person'], asking('approve', proposed, OPERATOR)),
  row('proposal', PROPOSAL, ['proposals-stage-waiting', 'proposals-approve', 'proposals-refuse'], seenBy(proposed, SECOND)),
  row('proposal-auditor', PROPOSAL, ['operator-read-only'], seenBy(proposed, AUDITOR)),
  row('proposal-approve', under(PROPOSAL, 'approve'), ['proposals-said', 'proposals-activate-rules-follows'], asking('approve')),
  row('proposal-approved', PROPOSAL, ['proposals-approve-done', 'proposals-stage-approved'], approved),
  row('proposal-carried-out', PROPOSAL, ['proposals-approve-done', 'proposals-carried-out'], inForce),
  row('proposal-refuse', under(PROPOSAL, 'refuse'), ['proposals-refusal', 'proposals-reason-hint'], asking('refuse')),
  row('proposal-refuse-wrong', under(PROPOSAL, 'refuse'), ['proposals-reason-wrong'], refused('不'), { faulty: ['reason'] }),
  row('proposal-refused', PROPOSAL, ['proposals-refuse-done', 'proposals-stage-refused', 'proposals-over'], refused('通知尚未发布')),
  row('proposal-withdraw', under(PROPOSAL, 'withdraw'), ['proposals-withdraw-follows'], asking('withdraw', proposed, OPERATOR)),
  row('proposal-withdrawn', PROPOSAL, ['proposals-withdraw-done', 'proposals-over'], withdrawn),
  row('proposal-expired', PROPOSAL, ['proposals-stage-expired', 'proposals-over-expired'], expired),
  row('proposal-changed', under(PROPOSAL, 'approve'), ['proposals-changed', 'proposals-open-again'], overtaken),
];

/** A time of Beijing as a field of a page holds it, so many hours after the sandbox's. */
const beijing = async (sandbox, hours) =>
  new Date((await sandbox.now()).getTime() + (hours + 8) * HOUR_MS).toISOString().slice(0, 16);
/** Proposes to stop the clocks of a route that only this test has. */
const stopped = (fields) => then(asOperator(OUTAGES), async (visit, { plain }) => {
  const [from, until] = [await beijing(plain, -3), await beijing(plain, -1)];
  await visit.type({ from, until, route: plain.unique('route'), reason: '示例短信通道中断', ...fields });
  await visit.choose({ province: 'zhejiang' });
  await visit.press('main form.card button');
});
const approvedOutage = pressed(asking('approve', stopped({})), SUBMIT);
/** The same once more. */
const again = async (visit, stage, locale) => {
  const route = stage.plain.unique('twice');
  await pressed(asking('approve', stopped({ route })), SUBMIT)(visit, stage, locale);
  await stopped({ route })(visit, stage, locale);
};

const CLOCKS = [
  row('outages-empty', OUTAGES, ['outages-none', 'outages-none-hint', 'outages-intro'], whereNothingIs(OUTAGES)),
  row('outages', OUTAGES, ['outages-list', 'outages-approved'], then(approvedOutage, asOperator(OUTAGES))),
  row('outages-auditor', OUTAGES, ['operator-read-only'], asAuditor(OUTAGES)),
  row('outages-time-wrong', `${OUTAGES}/propose`, ['outages-time-wrong'], stopped({ from: '' }), { faulty: ['from'] }),
  row('outages-times-wrong', `${OUTAGES}/propose`, ['outages-times-wrong'], stopped({ from: '2020-01-01T00:00', until: '2020-01-01T01:00' }), { faulty: ['until'] }),
  row('outages-reason-wrong', `${OUTAGES}/propose`, ['proposals-reason-wrong'], stopped({ reason: '' }), { faulty: ['reason'] }),
  row('outages-known', `${OUTAGES}/propose`, ['outages-known'], again, { faulty: ['from'] }),
  row('outage-proposed', PROPOSAL, ['proposals-stop-clocks', 'versions-proposed-done'], stopped({})),
  row('outage-approve', under(PROPOSAL, 'approve'), ['proposals-stop-clocks-follows'], asking('approve', stopped({}))),
  row('outage-approved', PROPOSAL, ['proposals-approve-done', 'proposals-stop-clocks'], approvedOutage),
  row('keys', KEYS, ['keys-intro', 'keys-sandbox'], asOperator(KEYS)),
];

/** The whole table. */
export const OPERATOR_FOUR_EYES = [...BOOK, ...PUT_IN, ...AGREED, ...CLOCKS];
