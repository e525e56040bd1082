// The pages in a real browser: `scripts/test --browser [NAME…]`. With names, only the tests whose names hold one of them.
import { after, before, describe } from 'node:test';

import { consoleBehaviour } from './behaviour/consoles.js';
import { oidcBehaviour } from './behaviour/oidc.js';
import { portalBehaviour } from './behaviour/portal.js';
import { providerBehaviour } from './behaviour/provider.js';
import { twoPeopleBehaviour } from './behaviour/two-people.js';
import { everyRoute } from './routes.js';
import { wholeStory } from './behaviour/story.js';
import { Stage } from './stage/stage.js';
import { ACCOUNTS } from './states/accounts.js';
import { ADMINISTRATION } from './states/administration.js';
import { everyState } from './states/every.js';
import { OIDC } from './states/oidc.js';
import { PORTAL_MORE } from './states/portal-more.js';
import { ADMINISTRATION_MORE } from './states/administration-more.js';
import { OPERATOR_FOUR_EYES } from './states/operator/four-eyes.js';
import { OPERATOR_PEOPLE } from './states/operator/people.js';
import { OPERATOR_ROUTES } from './states/operator/routes.js';
import { OPERATOR_WATCHING } from './states/operator/watching.js';
import { PORTAL } from './states/portal.js';
import { PROVIDER_BULK } from './states/provider/bulk.js';
import { PROVIDER_FILINGS } from './states/provider/filings.js';
import { PROVIDER_FORMS } from './states/provider/forms.js';
import { PROVIDER_INITIAL_REVIEW } from './states/provider/initial-review.js';
import { PROVIDER_KEYS } from './states/provider/keys.js';
import { PROVIDER_WEBHOOKS } from './states/provider/webhooks.js';
import { PROVIDER_MEMBERS } from './states/provider/members.js';
import { UNMASK } from './states/unmask.js';

/** The locales in which every page is looked at. */
const LOCALES = ['zh-CN', 'en'];

/** Every table of states, by whose pages they are. */
const TABLES = {
  portal: PORTAL,
  'portal, beside the forms': PORTAL_MORE,
  administration: ADMINISTRATION,
  'administration, more': ADMINISTRATION_MORE,
  'operator, watching': OPERATOR_WATCHING,
  'operator, routes': OPERATOR_ROUTES,
  'operator, people': OPERATOR_PEOPLE,
  'operator, four eyes': OPERATOR_FOUR_EYES,
  accounts: ACCOUNTS,
  'sign-in through a provider': OIDC,
  'data in clear': UNMASK,
  'provider, filings': PROVIDER_FILINGS,
  'provider, forms': PROVIDER_FORMS,
  'provider, initial review': PROVIDER_INITIAL_REVIEW,
  'provider, keys': PROVIDER_KEYS,
  'provider, webhooks': PROVIDER_WEBHOOKS,
  'provider, members': PROVIDER_MEMBERS,
  'provider, bulk': PROVIDER_BULK,
};

/** The whole run takes some minutes, more on a machine that is busy; one that hangs is ended. */
const PATIENCE_MS = 45 * 60_000;

const names = process.argv.slice(2);
const wanted = (name) => names.length === 0 || names.some((part) => name.includes(part));

describe('in the browser', { timeout: PATIENCE_MS }, () => {
  const stage = new Stage();
  before(() => stage.raise());
  after(() => stage.strike());

  for (const [name, states] of Object.entries(TABLES)) {
    describe(`${name}: every state`, { concurrency: 3 }, () => everyState(stage, states, LOCALES, wanted));
  }
  describe('portal: what people do', () => portalBehaviour(stage, wanted));
  describe('provider: what people do', () => providerBehaviour(stage, wanted));
  describe('consoles: what pages do', () => consoleBehaviour(stage, wanted));
  describe('sign-in through a provider: what people do', () => oidcBehaviour(stage, wanted));
  describe('administration and operator: what people do', () => twoPeopleBehaviour(stage, wanted));
  describe('the whole story', () => wholeStory(stage, wanted));
  everyRoute(names);
});
