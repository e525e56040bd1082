// The portal's pages beside its forms: help, who verifies, privacy, error codes, progress, and what everybody should know.
import * as stories from './provider/stories.js';

const DAY_S = 24 * 3600;
const open = (path) => (visit, { plain }) => visit.open(plain.address + path);
const row = (name, path, says, reach, more) => ({ name, path, says, reach, ...more });

/** The applicant's page of a filing; its address holds a token that nobody can guess. */
const PROGRESS = /^\/progress\/[\w.-]+$/;
const progress = (name, says, story) => row(`progress-${name}`, PROGRESS, says, async (visit, { plain }) => {
  const { progress_url: address } = await plain.filing(await story(plain, visit), 'tencent');
  await visit.open(plain.address + new URL(address).pathname);
});

/** So many captchas asked for that no more are drawn for a while. */
async function drawTooOften(sandbox) {
  const [LIMIT, AT_ONCE] = [3_000, 50];
  for (let asked = 0; asked < LIMIT; asked += AT_ONCE) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => fetch(`${sandbox.address}/captcha`)));
    if (answers.some(({ status }) => status === 429)) return;
  }
}
const tooOften = (path) => async (visit, { guarded }) => {
  await visit.open(guarded.address + path);
  await drawTooOften(guarded);
  await visit.open(guarded.address + path);
};

/** The table. */
export const PORTAL_MORE = [
  row('help', '/help', ['help-intro', 'help-not-mine-stop'], open('/help')),
  row('who', '/help/who', ['who-intro', 'who-caption'], open('/help/who')),
  row('who-chosen', '/help/who', ['who-set', 'who-clock'], open('/help/who?province=zhejiang&provider=tencent')),
  row('privacy', '/privacy', ['privacy-rights-text', 'kept-audit-what'], open('/privacy')),
  row('api', '/docs', ['api-title', 'api-op-createFiling', 'api-op-listSandboxMessages'], open('/docs')),
  row('error-code', '/docs/errors/Conflict.State', ['title-Conflict-State'], open('/docs/errors/Conflict.State')),
  row('large-type', '/verify', ['verify-intro', 'display-normal'], open('/display?size=large&back=/verify')),
  row('high-contrast', '/verify', ['verify-intro', 'display-colours'], open('/display?contrast=high&back=/verify')),
  progress('preparing', ['progress-preparing', 'progress-preparing-next'], stories.drafted),
  progress('verifying', ['progress-verifying-next', 'progress-people'], stories.halfVerified),
  progress('failing', ['progress-failing'], stories.failing),
  progress('returned', ['progress-returned', 'progress-reason-expired'], stories.expired),
  progress('in-review', ['progress-reviewing', 'progress-reviewing-next'], stories.inReview),
  progress('approved', ['progress-approved', 'progress-entity-no'], stories.approved),
  progress('rejected', ['progress-rejected'], stories.rejected),
  progress('withdrawn', ['progress-withdrawn'], stories.withdrawn),
  row('p1-captcha-too-often', '/verify', ['captcha-hint'], tooOften('/verify')),
  row('p9-busy', /^\/captcha\/.+\.png$/, ['busy-title'], async (visit, stage) => {
    await tooOften('/verify')(visit, stage);
    await visit.open(stage.guarded.address + (await visit.page.getAttribute('.field img', 'src')));
  }),
  row('p1-outage', '/verify', ['notice-outage'], async (visit, stage) => {
    await stories.stopClocks(stage.plain, visit);
    await open('/verify')(visit, stage);
  }),
  row('p7-outage', '/resend', ['notice-outage'], async (visit, stage) => {
    await stories.stopClocks(stage.plain, visit);
    await open('/resend')(visit, stage);
  }),
  // The last of the table: three days later nobody needs to know any more.
  row('p1-outage-over', '/verify', ['verify-intro'], async (visit, stage) => {
    await stage.plain.advance(3 * DAY_S + 3600);
    await open('/verify')(visit, stage);
  }),
];
