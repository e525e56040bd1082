// The provider's webhooks, for its admins. What they are sent to listens on loopback.
import http from 'node:http';
import { SUBMIT } from '../staff.js';
import { round } from '../rounds.js';
import { OVERVIEW, asAdmin, asClerk, asMemberOf, rowsOf, then } from './rows.js';

const row = rowsOf('h');
const WEBHOOKS = `${OVERVIEW}/webhooks`;
const ADD = `${WEBHOOKS}/new`;
const ONE = /^\/console\/provider\/webhooks\/whe_\w+$/;
const DELIVERY = /^\/console\/provider\/webhooks\/whe_\w+\/deliveries\/whd_\w+$/;
/** A provider that nobody gives a webhook. */
const QUIET = 'volcengine';

/** It is sent within a second; so often is looked whether it was. */
const MOST_LOOKS = 200;

/** A server that answers everything with a status, until the tests end. */
async function receiver(status) {
  const server = http.createServer((request, response) => {
    request.resume();
    response.writeHead(status).end();
  });
  await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
  server.unref();
  return `http://127.0.0.1:${server.address().port}/heyan`;
}

const add = asAdmin(ADD);
const added = (status = 204) => then(add, async (visit, { plain }) => {
  // A provider has ten at most.
  await plain.removeWebhooks('tencent');
  await visit.type({ url: await receiver(status) });
  await visit.press(SUBMIT);
});
const deed = (story, name) => then(story, (visit) => visit.press(`form[action$="/${name}"] button`));

/** Something happens to a filing, and is sent: the page shows it when it has been tried. */
const told = (status, words) => then(added(status), async (visit, { plain }) => {
  await round(plain, 0, 'tencent');
  const { page } = visit;
  for (let no = 0; no < MOST_LOOKS && !(await page.getByText(words).count()); no += 1) await page.reload();
});
const TAKEN = /^(已接收|taken)$/;
const GONE = /410/;
const opened = (story) => then(story, (visit) => visit.press('main table a[href*="/deliveries/"]'));

/** The whole table. */
export const PROVIDER_WEBHOOKS = [
  row('none', WEBHOOKS, ['webhooks-none', 'webhooks-none-hint'], asMemberOf(QUIET, WEBHOOKS)),
  row('add', ADD, ['webhooks-add-intro', 'webhooks-url-hint', 'webhooks-kinds-hint'], add),
  row('add-wrong', ADD, ['webhooks-url-wrong'], then(add, async (visit) => {
    await visit.type({ url: 'example.cn' });
    await visit.press(SUBMIT);
  }), { faulty: ['url'] }),
  row('added', ONE, ['webhooks-added', 'webhooks-log-none', 'webhooks-renew-line', 'webhooks-on'], added()),
  row('tested', ONE, ['webhooks-tested'], deed(added(), 'test')),
  row('tested-in-vain', ONE, ['webhooks-tested-status'], deed(added(500), 'test')),
  row('renewed', ONE, ['webhooks-renewed', 'webhooks-drop-line'], deed(added(), 'secret')),
  row('off', ONE, ['webhooks-switched-off', 'webhooks-off-by-hand', 'webhooks-switch-on-line'], deed(added(), 'off')),
  row('told', ONE, ['webhooks-delivered', 'webhooks-only-failed'], told(204, TAKEN)),
  row('gone', ONE, ['webhooks-off-gone', 'webhooks-off-since'], told(410, GONE)),
  row('none-failed', ONE, ['webhooks-log-none-failed', 'webhooks-all'], then(told(204, TAKEN), (visit) => visit.press('main a[href$="?failed=1"]'))),
  row('delivery', DELIVERY, ['webhooks-message-id', 'webhooks-replay-line', 'webhooks-try-took'], opened(told(204, TAKEN))),
  row('replayed', DELIVERY, ['webhooks-replayed'], then(opened(told(204, TAKEN)), (visit) => visit.press('form[action*="/deliveries/"] button'))),
  row('list', WEBHOOKS, ['webhooks-intro', 'webhooks-all-kinds'], then(added(), async (visit, stage) => {
    await visit.open(stage.plain.address + WEBHOOKS);
  })),
  row('forbidden', WEBHOOKS, ['forbidden-title'], asClerk(WEBHOOKS)),
];
