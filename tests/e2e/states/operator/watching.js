// What the operator watches: health, numbers, messages, tasks, the audit log.
import { pressed, rowsOf, then, turned } from '../provider/rows.js';
import { round } from '../rounds.js';
import { HOME, asAuditor, asOperator, whereNothingIs } from './rows.js';

const row = rowsOf('o');
const at = (name) => `${HOME}/${name}`;
const AUDIT = at('audit');
const DAY_S = 24 * 3600;
/** Rows of a page of the log, and one more. */
const MORE_THAN_A_PAGE = 51;
/** A page of fifty entries. */
const LONG = { mostBytes: 96 * 1024 };

/** Somebody is asked, answers late, and has been asked again at noon; another one fails. */
async function something(sandbox) {
  const { head } = await round(sandbox);
  await sandbox.verify(head, await sandbox.code(head));
  const { head: late } = await round(sandbox, 1);
  await sandbox.verify(late, await sandbox.wrongCode(late));
  await round(sandbox, 2, 'tencent');
  await sandbox.advance(DAY_S + 3600);
}

/** So many entries that the log has two pages. */
async function much(sandbox) {
  for (let filings = 0; filings < MORE_THAN_A_PAGE; filings += 1) {
    const { filing } = await round(sandbox);
    await sandbox.act(filing.id, 'withdraw');
  }
}

const NUMBERS = [
  row('overview', HOME, ['health-title', 'health-engine-works', 'health-keys'], asOperator(HOME, something)),
  row('overview-auditor', HOME, ['health-title', 'health-engine-works'], asAuditor(HOME)),
  row('funnel', at('funnel'), ['funnel-steps', 'funnel-trend', 'funnel-trend-table', 'funnel-table', 'funnel-export'], asOperator(at('funnel'), something), LONG),
  row('funnel-by-province', at('funnel'), ['funnel-steps', 'funnel-by-province'], asOperator(`${at('funnel')}?by=province&days=90`, something), LONG),
  row('funnel-empty', at('funnel'), ['funnel-none', 'funnel-none-hint'], whereNothingIs(at('funnel'))),
  row('funnel-no-match', at('funnel'), ['funnel-none', 'funnel-none-hint'], asOperator(`${at('funnel')}?province=xizang&kind=cancel_entity`, something)),
  row('messages', at('messages'), ['messages-intro', 'messages-arrived-share'], asOperator(at('messages'), something)),
  row('messages-empty', at('messages'), ['messages-none', 'funnel-none-hint'], whereNothingIs(at('messages'))),
  row('noon', at('noon'), ['noon-intro', 'noon-planned'], asOperator(at('noon'), something)),
  row('noon-empty', at('noon'), ['noon-none', 'noon-none-hint'], whereNothingIs(at('noon'))),
  row('providers', at('providers'), ['providers-intro', 'providers-hours'], asOperator(at('providers'))),
  row('jobs', at('jobs'), ['jobs-intro', 'jobs-task-dispatch-does', 'jobs-task-webhooks-does'], asOperator(at('jobs'), something)),
  row('jobs-nothing-failed', at('jobs'), ['jobs-failed-none', 'jobs-stuck-none', 'jobs-none-hint'], whereNothingIs(at('jobs'))),
];

const LOG = [
  row('audit', AUDIT, ['audit-intro', 'audit-how', 'audit-head-download', 'audit-export'], asOperator(AUDIT, much), LONG),
  row('audit-older', AUDIT, ['audit-intro', 'pager-first'], turned(asOperator(AUDIT, much)), LONG),
  row('audit-checked', AUDIT, ['audit-check-good', 'audit-is-whole'], pressed(asOperator(AUDIT), 'form[action$="/check"] button'), LONG),
  row('audit-narrowed', AUDIT, ['audit-action-sign-in', 'filter-reset'], asOperator(`${AUDIT}?kind=sign_in&account=operator`), LONG),
  row('audit-none', AUDIT, ['audit-none', 'audit-none-hint'], asOperator(`${AUDIT}?day=2001-01-01`)),
  row('audit-account-wrong', AUDIT, ['audit-account-wrong', 'audit-none'], asOperator(`${AUDIT}?account=x`)),
  row('audit-subject-wrong', AUDIT, ['audit-subject-wrong', 'audit-none'], asOperator(`${AUDIT}?subject=x`)),
  row('audit-day-wrong', AUDIT, ['audit-day-wrong', 'audit-none'], asOperator(`${AUDIT}?day=x`)),
  row('audit-auditor', AUDIT, ['audit-intro', 'audit-check-now'], asAuditor(AUDIT), LONG),
];

const REFUSED = [
  row('forbidden', at('accounts/new'), ['forbidden-title', 'forbidden-body'], asAuditor(at('accounts/new'))),
  row('missing', at('proposals/pro_0000000000001'), ['missing-title', 'missing-body'], asOperator(at('proposals/pro_0000000000001'))),
  row('session-over', at('outages/propose'), ['sign-in-over-kept'], then(asOperator(at('outages')), async (visit, { plain }) => {
    await visit.type({ reason: '示例短信通道中断' });
    await plain.advance(31 * 60);
    await visit.press('main form.card button');
  })),
];

/** The whole table. */
export const OPERATOR_WATCHING = [...NUMBERS, ...LOG, ...REFUSED];
