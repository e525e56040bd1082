// How a filing of the demo provider comes into each state. Every story gives the filing's id.
import { round } from '../rounds.js';
import { OPERATOR, SUBMIT, demo, signIn } from '../staff.js';

const PROVIDER = 'tencent';
const DAY_S = 24 * 3600;

const person = (sandbox) => sandbox.person();

export const drafted = async (sandbox) =>
  (await sandbox.file(person(sandbox), [], { provider: PROVIDER, report: false, remark: '示例备注' })).id;

export const verifying = async (sandbox) => (await round(sandbox, 0, PROVIDER)).filing.id;

/** Two are asked, one has answered, the other has got it wrong and asked again. */
export async function halfVerified(sandbox) {
  const { head, others, filing } = await round(sandbox, 1, PROVIDER);
  await sandbox.verify(head, await sandbox.code(head));
  await sandbox.verify(others[0], await sandbox.wrongCode(others[0]));
  await sandbox.resend(others[0]);
  return filing.id;
}

export async function failing(sandbox) {
  const { head, filing } = await round(sandbox, 0, PROVIDER);
  const wrong = await sandbox.wrongCode(head);
  for (let attempt = 0; attempt < 5; attempt += 1) await sandbox.verify(head, wrong);
  return filing.id;
}

export async function expired(sandbox) {
  const id = await verifying(sandbox);
  await sandbox.advance(DAY_S + 3600);
  return id;
}

export async function inReview(sandbox) {
  const { head, filing } = await round(sandbox, 0, PROVIDER);
  await sandbox.verify(head, await sandbox.code(head));
  return filing.id;
}

export async function approved(sandbox) {
  const id = await inReview(sandbox);
  await sandbox.review(id, 'approve');
  return id;
}

export async function rejected(sandbox) {
  const id = await inReview(sandbox);
  await sandbox.review(id, 'reject', { reason: '网站名称与主体经营范围无关，请更正' });
  return id;
}

export async function withdrawn(sandbox) {
  const id = await verifying(sandbox);
  await sandbox.act(id, 'withdraw', PROVIDER);
  return id;
}

/** The head's phone is somebody else's, who says so on the portal. */
export async function disowned(sandbox, visit) {
  const { head, filing } = await round(sandbox, 1, PROVIDER);
  await visit.open(`${sandbox.address}/not-mine`);
  await visit.send({ phone: head.phone, code: await sandbox.code(head) });
  return filing.id;
}

/** What another provider has on record, taken over: the person on record is asked, and does not answer. */
export async function accessExpired(sandbox) {
  const { head, filing } = await round(sandbox, 0, 'other');
  await sandbox.verify(head, await sandbox.code(head));
  await sandbox.review(filing.id, 'approve');
  const { entity_no, service_nos } = await sandbox.filing(filing.id);
  const reference = { entity_no, service_no: service_nos[0] };
  const access = { method: '云主机', ip_addresses: ['198.51.100.10'], server_place: '浙江 宁波' };
  const services = [{ service_no: service_nos[0], access }];
  const { id } = await sandbox.follow({ kind: 'add_access', reference, services }, PROVIDER);
  await sandbox.advance(DAY_S + 3600);
  return id;
}

/** A cancellation that nobody has answered. */
export async function cancellationExpired(sandbox) {
  const { entity_no, service_nos } = await sandbox.filing(await approved(sandbox), PROVIDER);
  const reference = { entity_no, service_no: service_nos[0] };
  const { id } = await sandbox.follow({ kind: 'cancel_service', initiator: 'provider', reference }, PROVIDER);
  await sandbox.advance(DAY_S + 3600);
  return id;
}

const BEIJING_MS = 8 * 3600 * 1000;
/** Date and minute as a browser's field takes them. */
const field = (now, minutes) => new Date(now.getTime() + BEIJING_MS - minutes * 60_000).toISOString().slice(0, 16);

/** Two operators stop the clocks over ten minutes in which nobody could verify. */
export async function stopClocks(sandbox, visit) {
  const page = '/console/operator/outages';
  const OUTAGE_MIN = 10;
  await sandbox.advance((OUTAGE_MIN + 2) * 60);
  await signIn(visit, sandbox, 'zh-CN', OPERATOR, page);
  const now = await sandbox.now();
  await visit.type({ from: field(now, OUTAGE_MIN + 1), until: field(now, 1), reason: '短信通道故障' });
  await visit.press(SUBMIT);
  const proposal = visit.path;
  await signIn(visit, sandbox, 'zh-CN', demo('operator-2'), `${proposal}/approve`);
  await visit.press(SUBMIT);
  // The filings' turn comes in batches behind the approval; moving the clock waits for them.
  await sandbox.advance(1);
}

export async function clocksStopped(sandbox, visit) {
  const id = await verifying(sandbox);
  await stopClocks(sandbox, visit);
  return id;
}

/** The operator has deleted the personal data of a filing that is over. */
export async function erased(sandbox, visit) {
  const id = await withdrawn(sandbox);
  await signIn(visit, sandbox, 'zh-CN', OPERATOR, `/console/operator/privacy/filings/${id}`);
  await visit.type({ reason: '当事人来电要求，工单 77' });
  await visit.press(SUBMIT);
  return id;
}
