// Signing in, the own account, the second factor, and what the consoles say to who may not or cannot.
import { code } from '../stage/totp.js';
import { ADMIN, SUBMIT, enter, newAccount, shownPassword, signIn, signInPage } from './staff.js';
import { asClerk, rowsOf, then } from './provider/rows.js';

const row = rowsOf('c');
const SIGN_IN = '/console/sign-in';
const SECOND = `${SIGN_IN}/code`;
const HOME = '/console';
const ACCOUNT = '/console/account';
const TOTP = `${ACCOUNT}/totp`;
/** The provider whose people these rows are. */
const PROVIDER = 'jd';
const WRONG = { name: 'tencent-clerq', password: 'wrong' };

const page = (visit, { plain }, locale) => signInPage(visit, plain, locale, HOME);
const entered = (account) => then(page, (visit) => enter(visit, account));

/** Somebody new, signed in on the way to a page. */
const newcomer = (path) => async (visit, { plain }, locale) => {
  const account = await newAccount(visit, plain, PROVIDER, 'provider_clerk');
  const { path: page } = visit;
  await signIn(visit, plain, locale, account, path);
  return { ...account, page };
};

/** Wrong passwords until the account is locked; then the right one does not help. */
async function locked(visit, { plain }, locale) {
  const account = await newAccount(visit, plain, PROVIDER, 'provider_clerk');
  await visit.page.context().clearCookies();
  await signInPage(visit, plain, locale, HOME);
  for (let attempt = 0; attempt < 5; attempt += 1) await enter(visit, { ...account, password: 'wrong' });
  await enter(visit, account);
}

async function disabled(visit, { plain }, locale) {
  await signIn(visit, plain, locale, ADMIN, '/console/provider/members/new');
  const name = plain.unique('e2e');
  await visit.type({ name, display_name: '示例成员' });
  await visit.press(SUBMIT);
  const password = await shownPassword(visit);
  await visit.press('form[action$="/standing"] button');
  await signIn(visit, plain, locale, { name, password }, HOME);
}

/** More wrong passwords from one address than may be. */
async function tooMany(visit, stage, locale) {
  const { limits } = stage;
  const LIMIT = 100;
  await signInPage(visit, limits, locale, HOME);
  await enter(visit, WRONG);
  if (/\d\d:\d\d/.test(await visit.page.innerText('#problems'))) return;
  const body = new URLSearchParams({ ...WRONG, next: HOME });
  const knock = () => fetch(`${limits.address}${SIGN_IN}`, { method: 'POST', body });
  await Promise.all(Array.from({ length: LIMIT }, knock));
  await enter(visit, WRONG);
}

/** Has the picture drawn and gives its secret. */
const offer = async (visit) => {
  await visit.press('form[action$="/offer"] button');
  return visit.page.locator('main .card code').innerText();
};

/** Sets up the second factor up to the picture. */
const offered = async (visit, stage, locale) => {
  const account = await newcomer(TOTP)(visit, stage, locale);
  return { ...account, secret: await offer(visit) };
};

/** The code that the app shows now. */
const shown = async (sandbox, secret) => code(secret, await sandbox.now());

/** Shows the app's first code. */
const confirm = async (visit, sandbox, secret) => {
  await visit.type({ code: await shown(sandbox, secret) });
  await visit.press('form[action$="/confirm"] button');
};

/** Somebody who has an account sets up the second factor. */
export async function setUpSecondFactor(visit, { plain }, locale, account) {
  await signIn(visit, plain, locale, account, TOTP);
  await confirm(visit, plain, await offer(visit));
}

/** Sets up the second factor up to the recovery codes. Gives the account, and the path of its page in the operator's console. */
export const confirmed = async (visit, stage, locale) => {
  const account = await offered(visit, stage, locale);
  await confirm(visit, stage.plain, account.secret);
  const recovery = await visit.page.locator('main li code').allInnerTexts();
  // A code counts once; the next one comes half a minute later.
  await stage.plain.advance(30);
  return { ...account, recovery };
};

/** Has the second factor and has shown the password. */
const half = async (visit, stage, locale) => {
  const account = await confirmed(visit, stage, locale);
  await signIn(visit, stage.plain, locale, account, HOME);
  return account;
};
const halfWith = (typed, before) => async (visit, stage, locale) => {
  const account = await half(visit, stage, locale);
  await before?.(stage.plain);
  await visit.type({ code: typed(account) ?? (await shown(stage.plain, account.secret)) });
  await visit.press(SUBMIT);
};

/** Signed in with the second factor, on its page. */
const on = (form, typed) => async (visit, stage, locale) => {
  const account = await confirmed(visit, stage, locale);
  await visit.open(stage.plain.address + TOTP);
  if (!form) return;
  const [name, end] = form;
  await visit.type({ [name]: typed ?? (await shown(stage.plain, account.secret)) });
  await visit.press(`form[action$="/${end}"] button`);
};

/** So many recovery codes used that few are left. */
const few = async (visit, stage, locale) => {
  const account = await confirmed(visit, stage, locale);
  const LEFT = 3;
  for (const one of account.recovery.slice(LEFT)) {
    await signIn(visit, stage.plain, locale, account, TOTP);
    await visit.type({ code: one });
    await visit.press(SUBMIT);
  }
};

const changed = (fields) => async (visit, stage, locale) => {
  const { password } = await newcomer(ACCOUNT)(visit, stage, locale);
  const fresh = '五月的湖边有三只白鹭在散步';
  await visit.type({ current: password, password: fresh, again: fresh, ...fields });
  await visit.press('form[action$="/password"] button');
};

/** A form whose session has been closed by the own sign-out and opened again, in another tab. */
const stale = then(asClerk('/console/provider/new?kind=first&province=zhejiang'), async (visit) => {
  await visit.page.evaluate(() => (document.querySelector('main [name=csrf]').value = '0'.repeat(32)));
  await visit.press('button[value=check]');
});

const SIGNING_IN = [
  row('sign-in', SIGN_IN, ['sign-in-title', 'sign-in-help', 'demo-title'], page),
  row('sign-in-wrong', SIGN_IN, ['sign-in-wrong'], entered(WRONG), { faulty: ['name'] }),
  row('sign-in-locked', SIGN_IN, ['sign-in-wrong'], locked, { faulty: ['name'] }),
  row('sign-in-disabled', SIGN_IN, ['sign-in-disabled'], disabled, { faulty: ['name'] }),
  row('sign-in-too-many', SIGN_IN, ['sign-in-too-many'], tooMany, { faulty: ['name'] }),
  row('sign-in-over', '/console/provider/bulk/upload', ['sign-in-over'], then(asClerk('/console/provider/bulk'),
    async (visit, { plain }) => {
      await plain.advance(31 * 60);
      await visit.press('main form.card button');
    })),
  row('sign-in-no-cookie', SIGN_IN, ['sign-in-no-cookie'], then(page, (visit, { plain }) =>
    visit.open(`${plain.address}${SIGN_IN}?opened=1`)), { faulty: ['name'] }),
  row('second', SIGN_IN, ['second-title', 'second-code-hint'], half),
  row('second-wrong', SECOND, ['second-wrong'], halfWith(() => '000000'), { faulty: ['code'] }),
  row('second-malformed', SECOND, ['second-malformed'], halfWith(() => '12'), { faulty: ['code'] }),
  row('second-late', SECOND, ['second-late'], halfWith(() => undefined, (sandbox) => sandbox.advance(6 * 60)), { faulty: ['name'] }),
  row('landing', HOME, ['landing-title', 'landing-role'], halfWith(() => undefined)),
  row('landing-by-recovery', HOME, ['landing-title'], halfWith(({ recovery }) => recovery[0])),
];

const OWN = [
  row('account', ACCOUNT, ['account-intro', 'account-new-hint'], asClerk(ACCOUNT)),
  row('account-wrong', `${ACCOUNT}/password`, ['password-wrong'], changed({ current: 'wrong' }), { faulty: ['current'] }),
  row('account-differs', `${ACCOUNT}/password`, ['password-differs'], changed({ again: 'x' }), { faulty: ['again'] }),
  row('account-short', `${ACCOUNT}/password`, ['password-too-short'], changed({ password: 'x', again: 'x' }), { faulty: ['password'] }),
  row('account-changed', ACCOUNT, ['account-changed'], changed({})),
  row('totp-off', TOTP, ['totp-intro', 'totp-off'], newcomer(TOTP)),
  row('totp-offered', TOTP, ['totp-scan-title', 'totp-confirm-title'], offered),
  row('totp-malformed', `${TOTP}/confirm`, ['totp-malformed'], then(offered, async (visit) => {
    await visit.type({ code: '12' });
    await visit.press('form[action$="/confirm"] button');
  }), { faulty: ['code'] }),
  row('totp-wrong', `${TOTP}/confirm`, ['totp-wrong'], then(offered, async (visit) => {
    await visit.type({ code: '000000' });
    await visit.press('form[action$="/confirm"] button');
  }), { faulty: ['code'] }),
  row('totp-recovery', `${TOTP}/confirm`, ['recovery-title', 'recovery-once'], confirmed),
  row('totp-on', TOTP, ['totp-on', 'totp-left', 'totp-renew-title', 'totp-remove-title'], on()),
  row('totp-few', TOTP, ['totp-few'], few),
  row('totp-renew-wrong', `${TOTP}/recovery`, ['second-wrong'], on(['code', 'recovery'], '000000'), { faulty: ['code'] }),
  row('totp-renewed', `${TOTP}/recovery`, ['recovery-title', 'recovery-once'], on(['code', 'recovery'])),
  row('totp-removed', TOTP, ['totp-removed', 'totp-off'], on(['removal', 'remove'])),
  row('sandbox', '/console/sandbox', ['sandbox-intro', 'sandbox-clock'], asClerk('/console/sandbox')),
  row('sandbox-advanced', '/console/sandbox', ['sandbox-advanced'], then(asClerk('/console/sandbox'), async (visit) => {
    await visit.choose({ step: 'minute' });
    await visit.press(SUBMIT);
  })),
];

const REFUSED = [
  row('forbidden', '/console/provider/settings', ['forbidden-title', 'forbidden-body'], asClerk('/console/provider/settings')),
  row('missing', '/console/provider/filings/nothing', ['missing-title', 'missing-body'], asClerk('/console/provider/filings/nothing')),
  row('stale', '/console/provider/new/form', ['stale-title', 'stale-body'], stale),
  row('unreadable', '/console/provider/new/form', ['unreadable-title'], then(
    asClerk('/console/provider/new?kind=first&province=zhejiang'), async (visit) => {
      await visit.page.evaluate(() => (document.querySelector('main form').enctype = 'text/plain'));
      await visit.press('button[value=check]');
    })),
];

/** The whole table. */
export const ACCOUNTS = [...SIGNING_IN, ...OWN, ...REFUSED];
