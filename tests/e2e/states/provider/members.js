// The provider's members and its part of the audit log, for its admins.
import { setUpSecondFactor } from '../accounts.js';
import { ADMIN, SUBMIT, shownPassword, signIn, signInPage } from '../staff.js';
import { OVERVIEW, asAdmin, asClerk, asMemberOf, rowsOf, then, turned } from './rows.js';

const row = rowsOf('m');
const MEMBERS = `${OVERVIEW}/members`;
const ADD = `${MEMBERS}/new`;
const MEMBER = /^\/console\/provider\/members\/acc_\w+$/;
const AUDIT = `${OVERVIEW}/audit`;

const add = asAdmin(ADD);
const filled = (fields) => then(add, async (visit, { plain }) => {
  await visit.type({ name: plain.unique('e2e'), display_name: '示例成员', ...fields });
  await visit.press(SUBMIT);
});
const added = filled({});
const deed = (form) => then(added, (visit) => visit.press(`form[action$="/${form}"] button`));

/** Somebody who has got the password wrong as often as may be, looked at by the admin. */
const locked = then(added, async (visit, { plain }, locale) => {
  const path = visit.path;
  const name = await visit.page.innerText('h1');
  await visit.page.context().clearCookies();
  await signInPage(visit, plain, locale, MEMBERS);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await visit.type({ name, password: 'wrong' });
    await visit.press(SUBMIT);
  }
  await signIn(visit, plain, locale, ADMIN, path);
});

/** The page of a member who has the second factor. */
const secured = then(added, async (visit, stage, locale) => {
  const { path } = visit;
  const account = { name: await visit.page.innerText('h1'), password: await shownPassword(visit) };
  await setUpSecondFactor(visit, stage, locale, account);
  await signIn(visit, stage.plain, locale, ADMIN, path);
});

/** So many saved settings that the log fills more than a page. */
const MANY = 52;
async function saveOften(visit, { plain }) {
  for (let saved = 0; saved < MANY; saved += 1) {
    await visit.open(`${plain.address}${OVERVIEW}/settings`);
    await visit.page.check(saved % 2 === 0 ? '[value=required]' : '[value=skipped]');
    await visit.press(SUBMIT);
  }
}
const longLog = then(asMemberOf('jd', AUDIT), async (visit, stage) => {
  await saveOften(visit, stage);
  await visit.open(stage.plain.address + AUDIT);
});

/** The whole table. */
export const PROVIDER_MEMBERS = [
  row('list', MEMBERS, ['members-intro', 'members-you', 'members-never'], then(added, (visit, { plain }) =>
    visit.open(plain.address + MEMBERS))),
  row('add', ADD, ['members-role-hint'], add),
  row('add-empty', ADD, ['accounts-name-wrong'], filled({ name: '', display_name: '' }), { faulty: ['name'] }),
  row('add-nameless', ADD, ['accounts-display-name-wrong'], filled({ display_name: '' }), { faulty: ['display_name'] }),
  row('add-taken', ADD, ['accounts-name-taken'], filled({ name: 'tencent-clerk' }), { faulty: ['name'] }),
  row('added', MEMBER, ['accounts-added', 'accounts-reset-line', 'members-never'], added),
  row('reset', MEMBER, ['accounts-reset-done'], deed('password')),
  row('disabled', MEMBER, ['accounts-disable-done', 'accounts-disabled-since', 'accounts-enable-line'], deed('standing')),
  row('enabled', MEMBER, ['accounts-enable-done'], then(deed('standing'), (visit) => visit.press('form[action$="/standing"] button'))),
  row('second-factor', MEMBER, ['accounts-totp', 'accounts-totp-line', 'members-totp-on'], secured),
  row('second-factor-reset', MEMBER, ['accounts-totp-done', 'members-totp-off'], then(secured, (visit) =>
    visit.press('form[action$="/totp"] button'))),
  row('locked', MEMBER, ['accounts-locked', 'accounts-locked-until'], locked),
  row('own', MEMBER, ['members-own-line'], then(asAdmin(MEMBERS), (visit) => visit.press('td >> text=tencent-admin'))),
  row('forbidden', MEMBERS, ['forbidden-title', 'forbidden-body'], asClerk(MEMBERS)),
  row('audit', AUDIT, ['provider-audit-intro', 'audit-action-sign-in'], asAdmin(AUDIT)),
  row('audit-filtered', AUDIT, ['filter-reset', 'audit-action-account-created'], then(added, (visit, { plain }) =>
    visit.open(`${plain.address}${AUDIT}?kind=account_created`))),
  row('audit-none', AUDIT, ['audit-none', 'audit-none-hint'], asAdmin(`${AUDIT}?day=2001-01-01`)),
  row('audit-many', AUDIT, ['pager-next'], longLog),
  row('audit-last', AUDIT, ['pager-first'], turned(asMemberOf('jd', AUDIT))),
];
