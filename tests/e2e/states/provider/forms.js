// The form of a filing: of every kind, with errors, checked, handed in, corrected, and when the session is over.
import { CLERK, SUBMIT, enter, signIn } from '../staff.js';
import { FILING, FILINGS, OVERVIEW, asClerk, below, pressed, rowsOf, then } from './rows.js';
import * as stories from './stories.js';

const row = rowsOf('f');
export const NEW = `${OVERVIEW}/new`;
/** Where the form is sent, which is where its answers are. */
export const SENT = `${NEW}/form`;
const FIRST = `${NEW}?kind=first&province=zhejiang`;
const CHECK = 'button[value=check]';
const SESSION_S = 31 * 60;

const KINDS = [
  'first', 'add_service', 'add_access', 'change', 'change_entity', 'change_service', 'change_access', 'migrate_domain',
  'migrate_service', 'cancel_entity', 'cancel_service', 'cancel_access',
];

/** Fills in the form of a first filing; two people, one phone each. */
export async function fillIn(visit, sandbox, more = {}) {
  const [head, other] = [sandbox.person(), sandbox.person()];
  const number = sandbox.unique('C');
  await visit.choose({ 'entity.nature': 'enterprise', 'entity.document.type': 'business_licence' });
  await visit.type({
    provider_order_no: number,
    'entity.name': '杭州浔澜示例软件有限公司',
    'entity.document.number': `9199${number.slice(2).padStart(6, '0')}MA99EX01`,
    'entity.head.name': '林示遥',
    'entity.head.phones.0': head.phone,
    'entity.head.document.number': head.document,
    'services.0.name': '浔澜文档',
    'services.0.domains': `${number.toLowerCase()}.example`,
    'services.0.head.name': '周例宁',
    'services.0.head.phones.0': other.phone,
    'services.0.head.document.number': other.document,
    ...more,
  });
}

const open = asClerk(FIRST);
const filled = (more) => then(open, (visit, { plain }) => fillIn(visit, plain, more));
const checked = (more) => pressed(filled(more), CHECK);

/** A phone and an order number that are used already. */
async function sameNumber(visit, { plain }, locale) {
  const { provider_order_no: number } = await plain.filing(await stories.verifying(plain), 'tencent');
  await filled({ provider_order_no: number })(visit, { plain }, locale);
  await visit.press(CHECK);
}

/** A change of nothing but a remark, which nobody has to verify. */
async function nobodyAsked(visit, { plain }, locale) {
  const { entity_no: entityNo } = await plain.filing(await stories.approved(plain), 'tencent');
  await signIn(visit, plain, locale, CLERK, `${NEW}?kind=change&province=zhejiang&entity_no=${encodeURIComponent(entityNo)}`);
  await visit.type({ remark: '仅更新备注' });
  await visit.press(CHECK);
}

/** The form that corrects a filing, with its story behind it. */
const correct = (story) => async (visit, { plain }, locale) => {
  const id = await story(plain, visit);
  await signIn(visit, plain, locale, CLERK, `${FILINGS}/${id}/correct`);
};

/** The provider's own system withdraws what is being corrected. */
const correctedTooLate = then(pressed(correct(stories.drafted), CHECK), async (visit, { plain }) => {
  await plain.act(await visit.page.inputValue('[name=filing]'), 'withdraw', 'tencent');
  await visit.press('button[value=submit]');
});

/** The session ends over a form that is filled in. */
const over = then(filled(), async (visit, { plain }) => {
  await plain.advance(SESSION_S);
  await visit.press(CHECK);
});
const again = then(over, (visit) => enter(visit, CLERK));

const EMPTY = [
  'entity.name', 'entity.nature', 'entity.document.type', 'entity.document.number', 'entity.head.name', 'entity.head.phones.0',
  'entity.head.document.number', 'services.0.name', 'services.0.domains', 'services.0.head.name', 'services.0.head.phones.0',
  'services.0.head.document.number',
];

/** The whole table. */
export const PROVIDER_FORMS = [
  row('new', NEW, ['provider-new-intro', 'provider-go-on'], asClerk(NEW)),
  ...KINDS.map((kind) =>
    row(`form-${kind.replaceAll('_', '-')}`, NEW, [`kind-${kind.replaceAll('_', '-')}`, 'provider-to-check'],
      asClerk(`${NEW}?kind=${kind}&province=zhejiang`))),
  row('two-services', SENT, ['provider-drop'], pressed(filled(), 'button[value=add]')),
  row('empty', SENT, ['form-problems', 'provider-wrong-missing', 'provider-wrong-choose'], pressed(open, CHECK), { faulty: EMPTY }),
  row('wrong', SENT, ['provider-wrong-phone', 'provider-wrong-domain-line'],
    checked({ 'entity.head.phones.0': '123', 'services.0.domains': 'shili.example\n不是域名' }),
    { faulty: ['entity.head.phones.0', 'services.0.domains'] }),
  row('same-number', SENT, ['provider-wrong-order-number'], sameNumber, { faulty: ['provider_order_no'] }),
  row('check', SENT, ['provider-check-intro', 'provider-will-verify', 'provider-ruleset-name'], checked()),
  row('check-nobody', SENT, ['provider-asks-nobody', 'provider-asks-nobody-hint'], nobodyAsked),
  row('edit', SENT, ['provider-to-check'], pressed(checked(), 'button[value=edit]')),
  row('saved', FILING, ['provider-saved', 'provider-state-draft'], pressed(checked(), 'button[value=save]')),
  row('submitted', FILING, ['provider-reported', 'provider-state-verifying'], pressed(checked(), 'button[value=submit]')),
  row('correct-draft', below('correct'), ['provider-kept'], correct(stories.drafted)),
  row('correct-returned', below('correct'), ['provider-kept'], correct(stories.expired)),
  row('corrected', FILING, ['provider-saved'], pressed(pressed(correct(stories.expired), CHECK), 'button[value=save]')),
  row('correct-changed', SENT, ['provider-changed', 'provider-since'], correctedTooLate),
  row('session-over', SENT, ['sign-in-over-kept'], over),
  row('resume', '/console/sign-in', ['resume-title', 'resume-body'], again),
  row('resumed', SENT, ['provider-check-intro'], pressed(again, SUBMIT)),
];
