// The pages in a real browser: `scripts/test --browser [NAME…]`. With names, only the tests whose names hold one of them.
import { after, before, describe } from 'node:test';

import { consoleBehaviour } from './behaviour/consoles.js';
import { portalBehaviour } from './behaviour/portal.js';
import { wholeStory } from './behaviour/story.js';
import { Stage } from './stage/stage.js';
import { ADMINISTRATION } from './states/administration.js';
import { everyState } from './states/every.js';
import { PORTAL } from './states/portal.js';

/** The locales in which every page is looked at. */
const LOCALES = ['zh-CN', 'en'];

/** The whole run takes about a minute; one that hangs is ended. */
const PATIENCE_MS = 10 * 60_000;

const names = process.argv.slice(2);
const wanted = (name) => names.length === 0 || names.some((part) => name.includes(part));

describe('in the browser', { timeout: PATIENCE_MS }, () => {
  const stage = new Stage();
  before(() => stage.raise());
  after(() => stage.strike());

  describe('portal: every state', { concurrency: 3 }, () => everyState(stage, PORTAL, LOCALES, wanted));
  describe('administration: every state', { concurrency: 3 }, () => everyState(stage, ADMINISTRATION, LOCALES, wanted));
  describe('portal: what people do', () => portalBehaviour(stage, wanted));
  describe('consoles: what pages do', () => consoleBehaviour(stage, wanted));
  describe('the whole story', () => wholeStory(stage, wanted));
});
