// People of the staff: the sandbox's demo accounts, and those to whom its operator gives an account.

/** What the draw of a password looks like where it is shown once. */
const PASSWORD = /[a-z0-9]{5}(-[a-z0-9]{5}){3}/;
/** The first button of a page's own form. */
export const SUBMIT = 'main form[method=post] button >> nth=0';

/** A demo account; its password is public. */
export const demo = (name) => ({ name, password: `sandbox-${name}` });
export const OPERATOR = demo('operator');
export const ADMIN = demo('tencent-admin');
export const CLERK = demo('tencent-clerk');

/** The sign-in page in a language: the consoles keep it in a cookie. */
export async function signInPage(visit, sandbox, locale, to) {
  await visit.open(`${sandbox.address}/console/language/${locale}?back=/console/sign-in`);
  await visit.open(`${sandbox.address}/console/sign-in?next=${encodeURIComponent(to)}`);
}

/** Types name and password and signs in. */
export async function enter(visit, { name, password }) {
  await visit.type({ name, password });
  await visit.press(SUBMIT);
}

/** Signs somebody in, on the way to a page; whoever was signed in before is not any more. */
export async function signIn(visit, sandbox, locale, account, to) {
  await visit.page.context().clearCookies();
  await signInPage(visit, sandbox, locale, to);
  await enter(visit, account);
}

/** The password that the open page shows this once. */
export async function shownPassword(visit) {
  return PASSWORD.exec(await visit.page.locator('main').innerText())[0];
}

/** Has the operator open an account for somebody of a provider. */
export async function newAccount(visit, sandbox, provider, role, locale = 'zh-CN') {
  await signIn(visit, sandbox, locale, OPERATOR, '/console/operator/accounts/new');
  const name = sandbox.unique('e2e');
  await visit.type({ name, display_name: role === 'provider_admin' ? '示例管理员' : '示例经办人' });
  await visit.choose({ role, provider });
  await visit.press(SUBMIT);
  return { name, password: await shownPassword(visit) };
}

const opened = new WeakMap();

/** Somebody of a provider that has no demo account; the same one each time. */
export async function memberOf(visit, sandbox, provider, role = 'provider_admin') {
  if (!opened.has(sandbox)) opened.set(sandbox, new Map());
  const known = opened.get(sandbox);
  const key = `${provider} ${role}`;
  if (!known.has(key)) known.set(key, await newAccount(visit, sandbox, provider, role));
  return known.get(key);
}
