// The browser: one for all tests, and for each test a context without a past.
import { chromium } from 'playwright-core';

import { CHROMIUM } from './places.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** A page or a step that takes longer than this hangs. */
const PATIENCE_MS = 10_000;

/** Starts the browser. */
export function startBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

const VIEWPORT = { width: 1280, height: 800 };

async function newVisit(browser, settings) {
  const context = await browser.newContext({ viewport: VIEWPORT, ...settings });
  context.setDefaultTimeout(PATIENCE_MS);
  return new Visit(await context.newPage());
}

/** A page of its own for one test; `settings` are Playwright's for a context. It is closed after `use`. */
export async function withPage(browser, settings, use) {
  const visit = await newVisit(browser, settings);
  try {
    return await use(visit);
  } finally {
    await visit.page.context().close();
  }
}

/** Pages that are used again, each time without cookies and cache: making one costs more than a test does. */
export class Pages {
  #idle = [];

  constructor(browser, settings) {
    this.browser = browser;
    this.settings = settings;
  }

  /** Lends a page for as long as `use` takes. */
  async with(use) {
    const visit = this.#idle.pop() ?? (await this.#another());
    try {
      return await use(visit);
    } finally {
      await visit.forget(VIEWPORT);
      this.#idle.push(visit);
    }
  }

  async #another() {
    const visit = await newVisit(this.browser, this.settings);
    await visit.withoutCache();
    return visit;
  }
}

/** A page with what people do on it. */
export class Visit {
  /** What the page that is open now was made of. */
  #requests = [];

  constructor(page) {
    this.page = page;
    page.on('request', (request) => {
      if (request.isNavigationRequest()) this.#requests = [];
      this.#requests.push(request);
    });
  }

  /** From now on everything is loaded anew, as by somebody who has never been here. */
  async withoutCache() {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  }

  /** Is as it was before the first page. */
  async forget(viewport) {
    await this.page.unrouteAll({ behavior: 'ignoreErrors' });
    await this.page.context().clearCookies();
    await this.page.goto('about:blank');
    await this.page.setViewportSize(viewport);
  }

  /** Goes to an address. */
  open(address) {
    return this.page.goto(address);
  }

  /** A page that loads itself again stays as it is from now on. */
  stay() {
    return this.page.route('**', (route) => route.abort('aborted'));
  }

  /** Does something that leads to another page, and waits until that is loaded. */
  async follow(act) {
    await Promise.all([this.page.waitForEvent('load'), act()]);
  }

  /** Types into the fields, by their names. */
  async type(fields) {
    for (const [name, value] of Object.entries(fields)) await this.page.fill(`[id="${name}"]`, value);
  }

  /** Chooses from lists, by the names of their fields. */
  async choose(fields) {
    for (const [name, value] of Object.entries(fields)) await this.page.selectOption(`[id="${name}"]`, value);
  }

  /** Presses what a selector names, and waits for the page that it leads to. */
  press(what) {
    return this.follow(() => this.page.click(what));
  }

  /** Fills in the form that is open and presses its first button. */
  async send(fields) {
    await this.type(fields);
    await this.follow(() => this.page.click('form[method=post] button[type=submit] >> nth=0'));
  }

  /** Octets that came over the network for the page that is open now, headers included. */
  async transferred() {
    const sizes = await Promise.all(this.#requests.map((request) => request.sizes()));
    return sizes.reduce((sum, size) => sum + size.responseHeadersSize + size.responseBodySize, 0);
  }

  /** The paths that the page open now, its pictures included, was got from; what was refused or sent is none of them. */
  async sources() {
    const got = this.#requests.filter((request) => request.method() === 'GET');
    const answers = await Promise.all(got.map((request) => request.response()));
    return answers.filter((answer) => answer?.ok()).map((answer) => new URL(answer.url()).pathname);
  }

  /** The ids of the fields that the summary of errors leads to. */
  faulty() {
    return this.page.$$eval('.alert a[href^="#"]', (links) => links.map((link) => link.hash.slice(1)));
  }

  /** What is typed into a field. */
  value(name) {
    return this.page.inputValue(`[id="${name}"]`);
  }

  /** The id, or else the class, of the element that has the focus. */
  focus() {
    return this.page.evaluate(() => document.activeElement.id || document.activeElement.className);
  }

  get path() {
    return new URL(this.page.url()).pathname;
  }
}
