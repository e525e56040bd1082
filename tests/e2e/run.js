// The pages in a real browser: `scripts/test --browser`, or `node tests/e2e/run.js` beside a built program.
import { after, before, describe } from 'node:test';

import { portalBehaviour } from './behaviour/portal.js';
import { Stage } from './stage/stage.js';
import { everyState } from './states/every.js';
import { PORTAL } from './states/portal.js';

/** The locales in which every page is looked at. */
const LOCALES = ['zh-CN'];

describe('in the browser', () => {
  const stage = new Stage();
  before(() => stage.raise());
  after(() => stage.strike());

  describe('portal: every state', { concurrency: 3 }, () => everyState(stage, PORTAL, LOCALES));
  describe('portal: what people do', () => portalBehaviour(stage));
});
