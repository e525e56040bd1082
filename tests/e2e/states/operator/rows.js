// What the tables of the operator's console share.
import { OPERATOR, demo, signIn } from '../staff.js';

export const HOME = '/console/operator';
/** The operator who agrees, or does not, to what the first one proposes. */
export const SECOND = demo('operator-2');
export const AUDITOR = demo('auditor');

/** Opens a page of a server as somebody, after something has happened there. */
export const as = (account, path, first, which = 'plain') => async (visit, stage, locale) => {
  await first?.(stage[which]);
  await signIn(visit, stage[which], locale, account, path);
};
export const asOperator = (path, first) => as(OPERATOR, path, first);
export const asAuditor = (path, first) => as(AUDITOR, path, first);
/** Opens a page of a server where nobody has filed anything. */
export const whereNothingIs = (path) => as(OPERATOR, path, undefined, 'captcha');

/** Goes on as somebody else, on the page that is open or on another. */
export const seenBy = (reach, account, path) => async (visit, stage, locale) => {
  await reach(visit, stage, locale);
  await signIn(visit, stage.plain, locale, account, path ?? visit.path);
};
