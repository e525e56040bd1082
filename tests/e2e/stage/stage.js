// Everything that the tests share: the browser, the servers, and whose turn it is.
import { mkdir, rm } from 'node:fs/promises';

import { startBrowser } from './browser.js';
import { startFederated } from './identity.js';
import { ARTEFACTS } from './places.js';
import { Sandbox } from './sandbox.js';
import { startSending } from './sending.js';
import { startServer } from './server.js';

/**
 * Servers, which differ in what stands before the forms:
 * `plain` neither captcha nor limits, `captcha` a captcha, `limits` the limits of requests, `guarded` both;
 * `sending` routes to carriers;
 * `federated` an identity provider for the staff, `alone` one that is down.
 */
export class Stage {
  #open = [];
  #turn = Promise.resolve();

  async raise() {
    await rm(ARTEFACTS, { recursive: true, force: true });
    await mkdir(ARTEFACTS, { recursive: true });
    const started = (starting) => {
      this.#open.push(starting);
      return starting;
    };
    const server = (name, ...settings) => started(startServer(name, ...settings));
    const starting = started(startBrowser().then((browser) => ({ browser, stop: () => browser.close() })));
    const [{ browser }, plain, limits, guarded, federated, alone, sending] = await Promise.all([
      starting,
      server('plain', '--captcha', 'off', '--limits', 'off'),
      server('limits', '--captcha', 'off', '--limits', 'on'),
      server('guarded', '--captcha', 'on', '--limits', 'on'),
      started(startFederated('federated')),
      started(startFederated('alone', { down: true })),
      started(startSending('sending')),
    ]);
    // The same keys over other data: a cookie of `plain` names a filing that `captcha` does not have.
    const captcha = await server('captcha', '--captcha', 'on', '--limits', 'off', '--keys', plain.keys);
    this.browser = browser;
    this.federated = federated;
    this.alone = alone;
    this.sending = new Sandbox(sending.address);
    this.plain = new Sandbox(plain.address);
    this.limits = new Sandbox(limits.address);
    this.guarded = new Sandbox(guarded.address);
    this.captcha = new Sandbox(captcha.address);
  }

  /** Ends everything that was started, also when something else could not be. */
  async strike() {
    const started = await Promise.allSettled(this.#open);
    await Promise.all(started.map(({ value }) => value?.stop()));
  }

  /** Runs one piece of work after the other: the clock of a server is everybody's. */
  inTurn(work) {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}
