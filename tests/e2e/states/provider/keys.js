// The provider's API keys, for its admins.
import { SUBMIT } from '../staff.js';
import { OVERVIEW, asAdmin, asClerk, asMemberOf, rowsOf, then } from './rows.js';

const row = rowsOf('k');
const KEYS = `${OVERVIEW}/keys`;
const ADD = `${KEYS}/new`;
const KEY = /^\/console\/provider\/keys\/key_\w+$/;
/** A provider that nobody gives a key. */
const KEYLESS = 'volcengine';

const add = asAdmin(ADD);
const filled = (fields) => then(add, async (visit) => {
  await visit.type({ label: '订单系统', networks: '203.0.113.0/24\n2001:db8::1', ...fields });
  await visit.press(SUBMIT);
});
const added = filled({});
const deed = (story, form) => then(story, (visit) => visit.press(`form[action$="/${form}"] button`));

const DEBUG = `${KEYS}/debug`;
const debugged = (head) => then(asAdmin(DEBUG), async (visit) => {
  await visit.type({ head });
  await visit.press(SUBMIT);
});
/** A request by a key that nobody has, long ago. */
const SIGNED = `GET /v1/filings?limit=2 HTTP/1.1
Host: api.example
X-Heyan-Timestamp: 1772413200
X-Heyan-Nonce: 0123456789abcdef
X-Heyan-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
Authorization: HEYAN1-HMAC-SHA256 Credential=key_0000000ZZZZZZ, SignedHeaders=host;x-heyan-content-sha256;x-heyan-nonce;x-heyan-timestamp, Signature=${'0'.repeat(64)}`;

/** The whole table. */
export const PROVIDER_KEYS = [
  row('none', KEYS, ['api-keys-none', 'api-keys-none-hint'], asMemberOf(KEYLESS, KEYS)),
  row('add', ADD, ['api-keys-add-intro', 'api-keys-networks-hint'], add),
  row('add-nameless', ADD, ['api-keys-label-wrong'], filled({ label: '' }), { faulty: ['label'] }),
  row('add-nothing', ADD, ['api-keys-scope-wrong'], then(add, async (visit) => {
    await visit.type({ label: '订单系统' });
    for (const scope of ['read', 'write', 'events']) await visit.page.uncheck(`#${scope}`);
    await visit.press(SUBMIT);
  }), { faulty: ['read'] }),
  row('add-nowhere', ADD, ['api-keys-networks-wrong'], filled({ networks: 'example.cn' }), { faulty: ['networks'] }),
  row('added', KEY, ['api-keys-added', 'api-keys-second-line', 'api-keys-revoke-line', 'api-keys-in-use'], added),
  row('second', KEY, ['api-keys-secret-added', 'api-keys-two-secrets', 'api-keys-drop-line'], deed(added, 'secret')),
  row('dropped', KEY, ['api-keys-dropped', 'api-keys-second-line'], deed(deed(added, 'secret'), 'drop')),
  row('revoked', KEY, ['api-keys-revoked-done', 'api-keys-revoked-at'], deed(added, 'revoke')),
  row('list', KEYS, ['api-keys-intro', 'api-keys-revoked', 'api-keys-in-use'], then(deed(added, 'revoke'), async (visit, stage, locale) => {
    await added(visit, stage, locale);
    await visit.open(stage.plain.address + KEYS);
  })),
  row('debug', DEBUG, ['api-keys-debug-intro', 'api-keys-debug-head-hint'], asAdmin(DEBUG)),
  row('debug-unreadable', DEBUG, ['api-keys-debug-head-wrong'], debugged('what is this'), { faulty: ['head'] }),
  row('debug-refused', DEBUG, ['api-keys-debug-canonical', 'api-keys-debug-to-sign'], debugged(SIGNED)),
  row('forbidden', KEYS, ['forbidden-title'], asClerk(KEYS)),
];
