// The sign-in page of a system whose staff comes through an identity provider, and how each state comes about.
import { leaveForProvider, onlyLoopback, signInThrough } from '../stage/identity.js';

const SIGN_IN = '/console/sign-in';
const CALLBACK = `${SIGN_IN}/oidc/callback`;
/** The style sheet of the consoles. */
const MOST_BYTES = 48 * 1024;

/** The page in a language: the consoles keep it in a cookie. */
const speak = (visit, { address }, locale) => visit.open(`${address}/console/language/${locale}?back=${SIGN_IN}`);

const come = (person) => async (visit, { federated }, locale) => {
  await speak(visit, federated, locale);
  await signInThrough(visit, federated.address, person);
};

const row = (name, place, says, reach) => ({ name: `oidc-${name}`, path: place, says, reach, mostBytes: MOST_BYTES });
/** With a problem: it leads to the way through the provider, not to a field of the form below. */
const refused = (...state) => ({ ...row(...state), faulty: ['provider'] });

/** All of them. */
export const OIDC = [
  row('sign-in', SIGN_IN, ['oidc-start', 'oidc-or'], (visit, { federated }, locale) => speak(visit, federated, locale)),
  row('left', SIGN_IN, ['oidc-left', 'oidc-leave', 'oidc-start'], async (visit, stage, locale) => {
    await come('lin')(visit, stage, locale);
    await visit.follow(() => visit.page.click('form[action="/console/sign-out"] button'));
  }),
  refused('no-role', CALLBACK, ['oidc-no-role', 'oidc-start'], come('guest')),
  refused('several-roles', CALLBACK, ['oidc-several-roles'], come('both')),
  refused('denied', CALLBACK, ['oidc-denied'], async (visit, { federated }, locale) => {
    await speak(visit, federated, locale);
    await leaveForProvider(visit, federated.address);
    await visit.follow(() => visit.page.click('a[href$="/abort"]'));
  }),
  refused('not-on-the-way', CALLBACK, ['oidc-not-on-the-way'], async (visit, { federated }, locale) => {
    await speak(visit, federated, locale);
    await visit.open(`${federated.address}${CALLBACK}?code=any&state=any`);
  }),
  refused('unreachable', `${SIGN_IN}/oidc`, ['oidc-unreachable', 'oidc-start'], async (visit, { alone }, locale) => {
    await speak(visit, alone, locale);
    await onlyLoopback(visit);
    await visit.follow(() => visit.page.click('a[href^="/console/sign-in/oidc"]'));
  }),
  row('account', '/console/account', ['account-elsewhere'], async (visit, stage, locale) => {
    await come('zhao')(visit, stage, locale);
    await visit.open(`${stage.federated.address}/console/account`);
  }),
];
