// What the tables of the provider's console share.
import { ADMIN, CLERK, memberOf, signIn } from '../staff.js';

export const OVERVIEW = '/console/provider';
export const FILINGS = `${OVERVIEW}/filings`;
/** The page of a filing, as an address. */
export const FILING = /^\/console\/provider\/filings\/fil_\w+$/;
/** A page below it. */
export const below = (path) => new RegExp(`${FILING.source.slice(0, -1)}/${path}$`);

/** The style sheet of the consoles and a form or a table. */
const MOST_BYTES = 48 * 1024;
/** A page of fifty filings with all that can be said of each. */
export const LONG = { mostBytes: 160 * 1024 };

/** Makes rows whose screenshots begin with a letter. */
export const rowsOf = (letter) => (name, path, says, reach, more) => ({
  name: `${letter}-${name}`,
  path,
  says,
  reach,
  mostBytes: MOST_BYTES,
  ...more,
});

/** Opens a page as the clerk of the demo accounts, after something has happened. */
export const asClerk = (path, first) => async (visit, { plain }, locale) => {
  await first?.(plain, visit);
  await signIn(visit, plain, locale, CLERK, path);
};

/** The same as the admin. */
export const asAdmin = (path, first) => async (visit, { plain }, locale) => {
  await first?.(plain, visit);
  await signIn(visit, plain, locale, ADMIN, path);
};

/** Opens a page as somebody of a provider without demo accounts. */
export const asMemberOf = (provider, path, first) => async (visit, { plain }, locale) => {
  await first?.(plain, visit);
  await signIn(visit, plain, locale, await memberOf(visit, plain, provider), path);
};

/** Goes on from there. */
export const then = (reach, go) => async (visit, stage, locale) => {
  await reach(visit, stage, locale);
  await go(visit, stage, locale);
};

/** Presses a button there. */
export const pressed = (reach, what) => then(reach, (visit) => visit.press(what));

/** Turns to the next page of a list. */
export const turned = (reach) => pressed(reach, 'a[rel=next]');
