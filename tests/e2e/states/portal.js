// Every state of the portal's pages, and how it comes about. A new page or state is a new row.
import { round } from './rounds.js';

const open = (path) => (visit, stage) => visit.open(stage.plain.address + path);

/** Opens a form of a server and sends it with these fields. */
const sent = async (visit, sandbox, path, fields) => {
  await visit.open(sandbox.address + path);
  await visit.send(fields);
};

const verified = (visit, sandbox, person, code) =>
  sent(visit, sandbox, '/verify', { code, phone: person.phone, id_last6: person.idLast6 });

const resent = (visit, sandbox, person) =>
  sent(visit, sandbox, '/resend', { phone: person.phone, id_last6: person.idLast6 });

const RIGHT = { code: '123456', phone: '15400009999', id_last6: '12345X' };

/** A state of 短信核验 with what is wrong with the fields. */
const verifyError = (name, fields, faulty, says) => ({
  name: `p1-${name}`,
  path: '/verify',
  faulty,
  says: ['summary-title', ...says],
  reach: (visit, { plain }) => sent(visit, plain, '/verify', { ...RIGHT, ...fields }),
});

const FORM_VERIFY = [
  { name: 'p1-initial', path: '/verify', says: ['verify-intro'], reach: open('/verify') },
  {
    name: 'p1-help-open',
    path: '/verify',
    says: ['id-help-letter', 'id-help-bracket', 'id-help-back'],
    async reach(visit, stage) {
      await open('/verify')(visit, stage);
      await visit.page.click('summary');
    },
  },
  verifyError('code-missing', { code: '' }, ['code'], ['error-code-missing']),
  verifyError('code-malformed', { code: '12' }, ['code'], ['error-code-malformed']),
  verifyError('code-twice', { code: '123456 654321' }, ['code'], []),
  verifyError('phone-missing', { phone: '' }, ['phone'], ['error-phone-missing']),
  verifyError('phone-malformed', { phone: '123' }, ['phone'], ['error-phone-malformed']),
  verifyError('id-missing', { id_last6: '' }, ['id_last6'], ['error-id-missing']),
  verifyError('id-malformed', { id_last6: '12' }, ['id_last6'], ['error-id-malformed']),
  verifyError(
    'all-missing',
    { code: '', phone: '', id_last6: '' },
    ['code', 'phone', 'id_last6'],
    ['error-code-missing', 'error-phone-missing', 'error-id-missing'],
  ),
  {
    name: 'p1-not-found',
    path: '/verify',
    says: ['check-title', 'check-code', 'check-phone', 'check-id', 'check-reported', 'check-returned'],
    reach: (visit, { plain }) => sent(visit, plain, '/verify', RIGHT),
  },
  {
    name: 'p1-code-wrong',
    path: '/verify',
    says: ['wrong-code', 'wrong-code-left'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await verified(visit, plain, head, await plain.wrongCode(head));
    },
  },
  {
    name: 'p1-id-wrong',
    path: '/verify',
    says: ['wrong-id'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await verified(visit, plain, { ...head, idLast6: '00000X' }, await plain.code(head));
    },
  },
  {
    name: 'p1-superseded',
    path: '/verify',
    says: ['wrong-superseded'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      const first = await plain.code(head);
      await plain.resend(head);
      await verified(visit, plain, head, first);
    },
  },
  {
    name: 'p1-too-many',
    path: '/verify',
    says: ['too-many', 'too-many-detail'],
    async reach(visit, { limits }) {
      const nobody = limits.person();
      await useUp(limits, nobody);
      await verified(visit, limits, nobody, '123456');
    },
  },
];

/** Asks until the limit of requests for one phone stands in the way. */
async function useUp(limits, person) {
  const TOO_MANY = 0;
  const MOST = 200;
  for (let requests = 0; requests < MOST; requests += 1) {
    if ((await limits.verify(person, '123456')) === TOO_MANY) return;
  }
  throw new Error(`${MOST} requests for one phone were let pass`);
}

/** Neither answer can be read from the picture, here as little as elsewhere: what is right is not tested here. */
const CAPTCHA = ['/verify', '/resend'].flatMap((path) => {
  const page = path === '/verify' ? 'p1' : 'p7';
  const { code, ...person } = RIGHT;
  const fields = path === '/verify' ? { code, ...person } : person;
  const answered = { ...fields, captcha: '?????' };
  const state = (name, faulty, says, reach) => ({ name: `${page}-captcha-${name}`, path, faulty, says, reach });
  return [
    state('initial', [], ['captcha-hint'], (visit, { captcha }) => visit.open(captcha.address + path)),
    state('enlarged', [], ['captcha-zoom'], async (visit, { captcha }) => {
      await visit.open(captcha.address + path);
      await visit.page.check('#zoom');
    }),
    state('missing', ['captcha'], ['error-captcha-missing'], (visit, { captcha }) =>
      sent(visit, captcha, path, fields)),
    state('wrong', ['captcha'], ['error-captcha-wrong'], (visit, { captcha }) => sent(visit, captcha, path, answered)),
    state('expired', ['captcha'], ['error-captcha-expired'], async (visit, { captcha }) => {
      await visit.open(captcha.address + path);
      await captcha.advance(10 * 60);
      await visit.send(answered);
    }),
    state('another', [], ['captcha-hint'], async (visit, { captcha }) => {
      await visit.open(captcha.address + path);
      await visit.type(fields);
      await visit.follow(() => visit.page.click('button[value=refresh]'));
    }),
  ];
});

const RESULTS = [
  {
    name: 'p2-partial',
    path: '/verify/result',
    panel: 'waiting',
    says: ['partial-ask', 'partial-table', 'other-open', 'other-left', 'partial-then', 'partial-or', 'partial-another'],
    async reach(visit, { plain }) {
      const { head } = await round(plain, 1);
      await verified(visit, plain, head, await plain.code(head));
    },
  },
  {
    name: 'p2-partial-one-of-two-others',
    path: '/verify/result',
    panel: 'waiting',
    says: ['other-passed', 'other-open'],
    async reach(visit, { plain }) {
      const { head, others } = await round(plain, 2);
      await plain.verify(others[0], await plain.code(others[0]));
      await verified(visit, plain, head, await plain.code(head));
    },
  },
  {
    name: 'p2-partial-other-failed',
    path: '/verify/result',
    panel: 'waiting',
    says: ['other-failed'],
    async reach(visit, { plain }) {
      const { head, others } = await round(plain, 1, 'tencent');
      await failAll(plain, others[0]);
      await verified(visit, plain, head, await plain.code(head));
    },
  },
  {
    name: 'p3-complete',
    path: '/verify/result',
    panel: 'done',
    says: ['complete-review', 'complete-days', 'complete-news', 'contact-title'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await verified(visit, plain, head, await plain.code(head));
    },
  },
  {
    name: 'p4-already-waiting',
    path: '/verify/result',
    panel: 'done',
    says: ['partial-ask', 'partial-table'],
    async reach(visit, { plain }) {
      const { head } = await round(plain, 1);
      const code = await plain.code(head);
      await plain.verify(head, code);
      await verified(visit, plain, head, code);
    },
  },
  {
    name: 'p4-already',
    path: '/verify/result',
    panel: 'done',
    says: ['already-rest'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      const code = await plain.code(head);
      await plain.verify(head, code);
      await verified(visit, plain, head, code);
    },
  },
  {
    name: 'p5-failed-returned',
    path: '/verify/result',
    panel: 'failed',
    says: ['failed-attempts', 'returned-at', 'failed-ask', 'failed-again', 'contact-title'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await failAll(plain, head, 4);
      await verified(visit, plain, head, await plain.wrongCode(head));
    },
  },
  {
    name: 'p5-failed-return-due',
    path: '/verify/result',
    panel: 'failed',
    says: ['failed-attempts', 'return-due'],
    async reach(visit, { plain }) {
      const { head } = await round(plain, 0, 'tencent');
      await failAll(plain, head, 4);
      await verified(visit, plain, head, await plain.wrongCode(head));
    },
  },
  {
    name: 'p6-expired',
    path: '/verify/result',
    panel: 'failed',
    says: ['failed-expired', 'returned-at'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await plain.advance(25 * 3600);
      await verified(visit, plain, head, await plain.code(head));
    },
  },
  {
    name: 'p6-other-failed',
    path: '/verify/result',
    panel: 'failed',
    says: ['failed-other', 'returned-at'],
    async reach(visit, { plain }) {
      const { head, others } = await round(plain, 1);
      await failAll(plain, others[0]);
      await verified(visit, plain, head, await plain.code(head));
    },
  },
];

/** Wrong answers of one person. */
async function failAll(sandbox, person, times = 5) {
  const wrong = await sandbox.wrongCode(person);
  for (let time = 0; time < times; time += 1) await sandbox.verify(person, wrong);
}

const RESEND = [
  { name: 'p7-initial', path: '/resend', says: ['resend-intro'], reach: open('/resend') },
  {
    name: 'p7-missing',
    path: '/resend',
    faulty: ['phone', 'id_last6'],
    says: ['error-phone-missing', 'error-id-missing'],
    reach: (visit, { plain }) => sent(visit, plain, '/resend', {}),
  },
  {
    name: 'p7-malformed',
    path: '/resend',
    faulty: ['phone', 'id_last6'],
    says: ['error-phone-malformed', 'error-id-malformed'],
    reach: (visit, { plain }) => sent(visit, plain, '/resend', { phone: '123', id_last6: '12' }),
  },
  {
    name: 'p7-not-found',
    path: '/resend',
    says: ['check-title', 'check-phone', 'check-id'],
    reach: (visit, { plain }) => resent(visit, plain, plain.person()),
  },
  {
    name: 'p7-too-many',
    path: '/resend',
    says: ['too-many'],
    async reach(visit, { limits }) {
      const nobody = limits.person();
      await useUp(limits, nobody);
      await resent(visit, limits, nobody);
    },
  },
  {
    name: 'p7-sent',
    path: '/resend/result',
    panel: 'done',
    says: ['resent-number', 'resent-left', 'resent-deadline', 'resent-arrival-range', 'resent-newest', 'enter-code'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await plain.advance(61);
      await resent(visit, plain, head);
    },
  },
  {
    name: 'p7-sent-last',
    path: '/resend/result',
    panel: 'done',
    says: ['resent-none-left', 'resent-arrival'],
    async reach(visit, { plain }) {
      const { head } = await round(plain, 0, 'tencent');
      await plain.resend(head);
      await plain.resend(head);
      await plain.advance(61);
      await resent(visit, plain, head);
    },
  },
  {
    name: 'p7-sent-for-two-filings',
    path: '/resend/result',
    panel: 'done',
    says: ['resent-number', 'resent-left'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await plain.file(head);
      await plain.advance(61);
      await resent(visit, plain, head);
    },
  },
  {
    name: 'p7-too-soon',
    path: '/resend/result',
    panel: 'waiting',
    says: ['too-soon-wait'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await resent(visit, plain, head);
    },
  },
  {
    name: 'p7-limit-noon-due',
    path: '/resend/result',
    panel: 'failed',
    says: ['limit-valid', 'limit-noon-due', 'limit-ask', 'contact-title'],
    async reach(visit, { plain }) {
      await plain.advanceToHour(13);
      await limited(visit, plain);
    },
  },
  {
    name: 'p7-limit-noon-over',
    path: '/resend/result',
    panel: 'failed',
    says: ['limit-valid', 'limit-noon-over'],
    async reach(visit, { plain }) {
      await plain.advanceToHour(9);
      await limited(visit, plain);
    },
  },
  {
    name: 'p7-nothing',
    path: '/resend/result',
    panel: 'waiting',
    says: ['nothing-why', 'nothing-reported', 'nothing-over'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await plain.verify(head, await plain.code(head));
      await resent(visit, plain, head);
    },
  },
];

async function limited(visit, sandbox) {
  const { head } = await round(sandbox);
  await sandbox.resend(head);
  await sandbox.resend(head);
  await sandbox.advance(61);
  await resent(visit, sandbox, head);
}

const NOT_MINE_PATH = '/not-mine';
const disowned = (visit, sandbox, phone, code) => sent(visit, sandbox, NOT_MINE_PATH, { phone, code });

const NOT_MINE = [
  { name: 'not-mine-initial', path: NOT_MINE_PATH, says: ['not-mine-intro', 'not-mine-phone-hint'], reach: open(NOT_MINE_PATH) },
  {
    name: 'not-mine-missing',
    path: NOT_MINE_PATH,
    faulty: ['code', 'phone'],
    says: ['error-code-missing', 'error-phone-missing'],
    reach: (visit, { plain }) => disowned(visit, plain, '', ''),
  },
  {
    name: 'not-mine-malformed',
    path: NOT_MINE_PATH,
    faulty: ['code', 'phone'],
    says: ['error-code-malformed', 'error-phone-malformed'],
    reach: (visit, { plain }) => disowned(visit, plain, '123', '12'),
  },
  {
    name: 'not-mine-captcha-initial',
    path: NOT_MINE_PATH,
    says: ['captcha-hint'],
    reach: (visit, { captcha }) => visit.open(captcha.address + NOT_MINE_PATH),
  },
  {
    name: 'not-mine-captcha-wrong',
    path: NOT_MINE_PATH,
    faulty: ['captcha'],
    says: ['error-captcha-wrong'],
    reach: (visit, { captcha }) =>
      sent(visit, captcha, NOT_MINE_PATH, { phone: RIGHT.phone, code: RIGHT.code, captcha: '?????' }),
  },
  {
    name: 'not-mine-not-found',
    path: NOT_MINE_PATH,
    says: ['not-mine-check-code', 'not-mine-check-phone', 'not-mine-check-over'],
    reach: (visit, { plain }) => disowned(visit, plain, RIGHT.phone, RIGHT.code),
  },
  {
    name: 'not-mine-too-many',
    path: NOT_MINE_PATH,
    says: ['too-many', 'too-many-detail'],
    async reach(visit, { limits }) {
      const nobody = limits.person();
      const GUESSES = 5;
      for (let guess = 0; guess <= GUESSES; guess += 1) await disowned(visit, limits, nobody.phone, '123456');
    },
  },
  {
    name: 'not-mine-done',
    path: `${NOT_MINE_PATH}/result`,
    panel: 'done',
    says: ['not-mine-told', 'not-mine-ignore', 'not-mine-code', 'not-mine-again'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await disowned(visit, plain, head.phone, await plain.code(head));
    },
  },
];

const PROBLEMS = [
  { name: 'missing', path: '/nowhere', says: ['missing-title', 'missing-body'], reach: open('/nowhere') },
  {
    name: 'p9-system',
    path: '/verify/result',
    says: ['system-title', 'system-retry', 'system-number'],
    async reach(visit, { plain, captcha }) {
      const { head } = await round(plain);
      await verified(visit, plain, head, await plain.code(head));
      await visit.open(`${captcha.address}/verify/result`);
    },
  },
  {
    name: 'too-large',
    path: '/verify',
    says: ['large-title', 'large-body'],
    async reach(visit, { plain }) {
      await visit.open(`${plain.address}/verify`);
      await visit.page.evaluate(() => (document.querySelector('#code').value = '1'.repeat(3 * 1024 * 1024)));
      await visit.send({});
    },
  },
  {
    name: 'unreadable',
    path: '/verify',
    says: ['unreadable-title', 'unreadable-body'],
    async reach(visit, { plain }) {
      await visit.open(`${plain.address}/verify`);
      await visit.page.evaluate(() => (document.querySelector('form').enctype = 'text/plain'));
      await visit.send({});
    },
  },
];

const SANDBOX = [
  { name: 'home', path: '/', says: ['home-intro', 'home-try-title'], reach: open('/') },
  { name: 'inbox-none', path: '/sandbox/inbox', says: ['inbox-none'], reach: open('/sandbox/inbox?phone=15400009999') },
  {
    name: 'inbox',
    path: '/sandbox/inbox',
    says: ['inbox-intro', 'inbox-to', 'inbox-sender', 'inbox-state'],
    async reach(visit, { plain }) {
      const { head } = await round(plain);
      await plain.resend(head);
      await visit.open(`${plain.address}/sandbox/inbox?phone=${head.phone}`);
    },
  },
  {
    name: 'inbox-many',
    path: '/sandbox/inbox',
    says: ['inbox-more'],
    // The page is no part of the portal that the public sees, and as long as its messages.
    mostBytes: 64 * 1024,
    async reach(visit, { plain }) {
      for (let filings = 0; filings < 17; filings += 1) await round(plain, 2);
      await visit.open(`${plain.address}/sandbox/inbox`);
    },
  },
  {
    name: 'inbox-refreshing',
    path: '/sandbox/inbox',
    says: ['inbox-refresh-off'],
    // It loads itself again because a developer asked for that, and the link beside it ends it.
    accepted: ['meta-refresh'],
    async reach(visit, stage) {
      await open('/sandbox/inbox?phone=15400009999&refresh=1')(visit, stage);
      await visit.stay();
    },
  },
  {
    name: 'webhooks-none',
    path: '/sandbox/webhooks',
    says: ['received-intro', 'received-status', 'received-empty'],
    // A server that nobody sends anything.
    reach: (visit, { captcha }) => visit.open(`${captcha.address}/sandbox/webhooks`),
  },
  {
    name: 'webhooks',
    path: '/sandbox/webhooks',
    says: ['received-signature', 'received-unsigned', 'received-answer', 'inbox-refresh-on'],
    async reach(visit, { plain }) {
      const headers = { 'webhook-id': 'evt_0000000000001', 'webhook-timestamp': '1774418400' };
      const body = JSON.stringify({ type: 'filing.returned', data: { filing_id: 'fil_0000000000001' } });
      await fetch(`${plain.address}/sandbox/webhooks/204`, { method: 'POST', headers, body });
      await visit.open(`${plain.address}/sandbox/webhooks`);
    },
  },
];

/** The whole table. */
export const PORTAL = [...FORM_VERIFY, ...CAPTCHA, ...RESULTS, ...RESEND, ...NOT_MINE, ...PROBLEMS, ...SANDBOX];
