// The operator's accounts, and the rights of whoever stands in a filing.
import { pressed, rowsOf, then } from '../provider/rows.js';
import { confirmed } from '../accounts.js';
import { round } from '../rounds.js';
import { OPERATOR, SUBMIT, enter, newAccount, signIn, signInPage } from '../staff.js';
import { HOME, asAuditor, asOperator } from './rows.js';

const row = rowsOf('o');
const ACCOUNTS = `${HOME}/accounts`;
const NEW = `${ACCOUNTS}/new`;
const ONE = /^\/console\/operator\/accounts\/acc_\w+$/;
const PRIVACY = `${HOME}/privacy`;
const FIND = `${PRIVACY}/find`;
const FILING = /^\/console\/operator\/privacy\/filings\/fil_\w+$/;
/** The provider whose people these rows are. */
const PROVIDER = 'jd';

const typed = (fields, choices = {}) => then(asOperator(NEW), async (visit) => {
  await visit.type({ name: 'li.lei', display_name: '示例人员', ...fields });
  await visit.choose(choices);
  await visit.press(SUBMIT);
});
const wrong = (name, says, field, fields, choices) =>
  row(`account-new-${name}`, NEW, [says, 'form-problems'], typed(fields, choices), { faulty: [field] });

/** The page of a new account, as the operator who has just made it. */
const added = (visit, { plain }, locale) => newAccount(visit, plain, PROVIDER, 'provider_clerk', locale);
/** The same later. */
const one = then(added, (visit, { plain }) => visit.open(plain.address + visit.path));
const shut = pressed(one, 'form:has([value=disabled]) button');

async function locked(visit, stage, locale) {
  const account = await added(visit, stage, locale);
  const { path } = visit;
  await visit.page.context().clearCookies();
  await signInPage(visit, stage.plain, locale, HOME);
  for (let attempt = 0; attempt < 5; attempt += 1) await enter(visit, { ...account, password: 'wrong' });
  await signIn(visit, stage.plain, locale, OPERATOR, path);
}

/** The page of somebody who has the second factor. */
const secured = async (visit, stage, locale) => {
  const { page } = await confirmed(visit, stage, locale);
  await asOperator(page)(visit, stage, locale);
};

/** The page of the account that is signed in. */
const own = then(asOperator(ACCOUNTS), (visit) => visit.follow(() => visit.page.locator('main').getByRole('link', { name: 'operator', exact: true }).click()));

const STAFF = [
  row('accounts', ACCOUNTS, ['accounts-add', 'accounts-active'], asOperator(ACCOUNTS)),
  row('accounts-auditor', ACCOUNTS, ['operator-read-only'], asAuditor(ACCOUNTS)),
  row('account-new', NEW, ['accounts-add-intro', 'accounts-province-hint'], asOperator(NEW)),
  wrong('name-wrong', 'accounts-name-wrong', 'name', { name: '' }),
  wrong('display-name-wrong', 'accounts-display-name-wrong', 'display_name', { display_name: '' }),
  wrong('province-wrong', 'accounts-province-wrong', 'province', {}, { role: 'administration' }),
  wrong('provider-wrong', 'accounts-provider-wrong', 'provider', {}, { role: 'provider_clerk' }),
  wrong('scope-wrong', 'accounts-scope-wrong', 'role', {}, { role: 'operator', province: 'zhejiang' }),
  wrong('taken', 'accounts-name-taken', 'name', { name: 'operator' }, { role: 'operator' }),
  row('account-added', ONE, ['accounts-added'], added),
  row('account', ONE, ['accounts-reset-line', 'accounts-disable-line'], one),
  row('account-own', ONE, ['accounts-created'], own),
  row('account-auditor', ONE, ['operator-read-only'], then(added, (visit, { plain }, locale) =>
    asAuditor(visit.path)(visit, { plain }, locale))),
  row('account-locked', ONE, ['accounts-locked', 'accounts-locked-until'], locked),
  row('account-reset', ONE, ['accounts-reset-done'], pressed(one, 'form[action$="/password"] button')),
  row('account-second-factor', ONE, ['accounts-totp', 'accounts-totp-line'], secured),
  row('account-second-factor-reset', ONE, ['accounts-totp-done'], pressed(secured, 'form[action$="/totp"] button')),
  row('account-disabled', ONE, ['accounts-disable-done', 'accounts-disabled-since', 'accounts-enable-line'], shut),
  row('account-enabled', ONE, ['accounts-enable-done', 'accounts-active'], pressed(shut, 'form:has([value=enabled]) button')),
];

/** Asks for what is known of a phone; without a person, of one that nobody has. */
const found = (withdrawn) => async (visit, stage, locale) => {
  const { head, filing } = await round(stage.plain, 1);
  if (withdrawn) await stage.plain.act(filing.id, 'withdraw');
  await asOperator(PRIVACY)(visit, stage, locale);
  await visit.type({ phone: head.phone });
  await visit.press('form[action$="/find"] button');
};
const asked = (fields) => then(asOperator(PRIVACY), async (visit) => {
  await visit.type(fields);
  await visit.press('form[action$="/find"] button');
});
/** The page of a filing that is over, or not. */
const filing = (withdrawn) => then(found(withdrawn), (visit) => visit.press('main table a >> nth=0'));
const erased = (reason) => then(filing(true), async (visit) => {
  await visit.type({ reason });
  await visit.press('main form.card button');
});

const RIGHTS = [
  row('privacy', PRIVACY, ['privacy-intro', 'privacy-find-title'], asOperator(PRIVACY)),
  row('privacy-auditor', PRIVACY, ['privacy-intro', 'operator-read-only'], asAuditor(PRIVACY)),
  row('privacy-phone-wrong', FIND, ['privacy-phone-wrong'], asked({ phone: '154' }), { faulty: ['phone'] }),
  row('privacy-last6-wrong', FIND, ['privacy-last6-wrong'], asked({ phone: '15400009999', id_last6: '12' }), { faulty: ['id_last6'] }),
  row('privacy-nothing', FIND, ['privacy-nothing', 'privacy-nothing-hint'], asked({ phone: '15400009999' })),
  row('privacy-found', FIND, ['privacy-scope', 'privacy-may-no'], found(false)),
  row('privacy-found-over', FIND, ['privacy-scope', 'privacy-may-yes'], found(true)),
  row('erase-refused', FILING, ['privacy-refused', 'privacy-refused-advice'], filing(false)),
  row('erase', FILING, ['privacy-erase-warning', 'privacy-stays'], filing(true)),
  row('erase-wrong', FILING, ['unmask-reason-wrong'], erased(''), { faulty: ['reason'] }),
  row('erased', FILING, ['privacy-erased', 'privacy-erased-note'], erased('当事人来电要求，工单 77')),
];

/** The whole table. */
export const OPERATOR_PEOPLE = [...STAFF, ...RIGHTS];
