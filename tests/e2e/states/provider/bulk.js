// Filing in bulk: the page, files that are refused, jobs under way and done.
import { OVERVIEW, asMemberOf, rowsOf, then, turned } from './rows.js';

const row = rowsOf('b');
const LIST = `${OVERVIEW}/bulk`;
const UPLOAD = `${LIST}/upload`;
const JOB = /^\/console\/provider\/bulk\/jobs\/blk_\w+$/;

/** The provider whose files these are, one that has none, and one that has as many under way as may be. */
const PROVIDER = 'qingcloud';
const QUIET = 'jd';
const CROWDED = 'volcengine';

const COLUMNS = [
  'provider_order_no', 'kind', 'province', 'report', 'entity.name', 'entity.nature', 'entity.document.type', 'entity.document.number',
  'entity.head.name', 'entity.head.phones', 'entity.head.document.type', 'entity.head.document.number', 'services.0.kind',
  'services.0.name', 'services.0.domains', 'services.0.head.name', 'services.0.head.phones', 'services.0.head.document.type',
  'services.0.head.document.number',
];

/** One row; `changed` are cells by the names of their columns. */
function line(sandbox, changed = {}) {
  const number = sandbox.unique('').slice(1);
  const digits = number.padStart(8, '0');
  const person = { phones: `154${digits}`, type: '护照', number: `E${digits}` };
  const cells = {
    provider_order_no: `E2EB-${number}`, kind: '首次备案', province: '浙江', report: '否',
    'entity.name': `示例公司${number}`, 'entity.nature': '企业', 'entity.document.type': '营业执照', 'entity.document.number': `9199${digits}`,
    'services.0.kind': '网站', 'services.0.name': `示例站${number}`, 'services.0.domains': `s${number}.example;www.s${number}.example`,
    'entity.head.name': '林示遥', 'services.0.head.name': '周例宁',
  };
  for (const head of ['entity.head', 'services.0.head']) {
    Object.assign(cells, { [`${head}.phones`]: person.phones, [`${head}.document.type`]: person.type, [`${head}.document.number`]: person.number });
  }
  Object.assign(cells, changed);
  return COLUMNS.map((name) => cells[name]).join(',');
}
/** A file of so many rows; `changed` gives the cells of a row that are unlike others'. */
export const fileOf = (sandbox, count, changed = () => ({})) =>
  [COLUMNS.join(','), ...Array.from({ length: count }, (_, at) => line(sandbox, changed(at)))].join('\n') + '\n';

const page = asMemberOf(PROVIDER, LIST);
async function send(visit, text) {
  await visit.page.setInputFiles('#file', { name: 'filings.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await visit.press('main form.card button');
}
const sent = (text) => then(page, (visit, { plain }) => send(visit, text(plain)));

/** Reads a job's page anew until its rows are filed. */
export async function untilDone(visit) {
  const working = visit.page.locator('dd .tag.info');
  while ((await working.count()) > 0) await visit.press('p.buttons a.button >> nth=0');
}
const done = (text) => then(sent(text), untilDone);

/** A job that is still worked off while it is looked at: its page stays, and its rows are no filings of other tests. */
const WORKING_ROWS = 3000;
const working = then(sent((sandbox) => fileOf(sandbox, WORKING_ROWS)), (visit) => visit.stay());

/** The second and the third row are of an organiser who has an open filing. */
const held = (sandbox) => {
  const number = `9199${sandbox.unique('').slice(1).padStart(8, '7')}`;
  return fileOf(sandbox, 3, (at) => (at === 0 ? { report: '是' } : { 'entity.document.number': number, report: '是' }));
};
const wrong = (at) => (at % 2 === 0 ? { province: '江南' } : { 'entity.head.document.type': '学生证', 'services.0.domains': '不是域名' });

/** As many files under way as may be, and one more. The provider's own system hands in the others, all at once: they must not
 * be done before this one comes. */
async function tooMany(visit, stage, locale) {
  await asMemberOf(CROWDED, LIST)(visit, stage, locale);
  const MOST = 5;
  const { plain } = stage;
  const files = Array.from({ length: MOST }, () => fileOf(plain, WORKING_ROWS));
  await Promise.all(files.map((text) => plain.upload(text, CROWDED)));
  await send(visit, fileOf(plain, 1));
}

/** The whole table. */
export const PROVIDER_BULK = [
  row('list-empty', LIST, ['bulk-intro', 'bulk-whole', 'bulk-no-jobs', 'bulk-no-jobs-hint'], asMemberOf(QUIET, LIST)),
  row('no-file', UPLOAD, ['bulk-wrong', 'bulk-no-file'], then(page, (visit) => visit.press('main form.card button')), { faulty: ['file'] }),
  row('unknown-column', UPLOAD, ['bulk-wrong'], sent(() => 'kind,province,颜色\n首次备案,浙江,红\n'), { faulty: ['file'] }),
  row('not-a-file', UPLOAD, ['bulk-wrong'], sent(() => '\0\0\0'), { faulty: ['file'] }),
  row('refused', JOB, ['bulk-state-refused', 'bulk-errors-file', 'bulk-errors-csv'], sent((sandbox) => fileOf(sandbox, 3, wrong))),
  row('refused-many', JOB, ['bulk-next'], sent((sandbox) => fileOf(sandbox, 120, wrong)), { mostBytes: 96 * 1024 }),
  row('refused-last', JOB, ['bulk-first'], turned(sent((sandbox) => fileOf(sandbox, 120, wrong))), { mostBytes: 96 * 1024 }),
  row('done', JOB, ['bulk-finished', 'bulk-result-csv', 'bulk-no-errors'], done((sandbox) => fileOf(sandbox, 3))),
  row('done-partly', JOB, ['bulk-finished-partly', 'bulk-errors'], done(held)),
  row('list', LIST, ['bulk-jobs', 'bulk-kept', 'bulk-state-finished'], then(done((sandbox) => fileOf(sandbox, 2)), (visit, { plain }) =>
    visit.open(plain.address + LIST))),
  row('working', JOB, ['bulk-working', 'bulk-progress-text', 'bulk-taken-in'], working),
  row('too-many', UPLOAD, ['bulk-too-many'], tooMany, { faulty: ['file'] }),
];
