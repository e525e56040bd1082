// A sandbox with routes to carriers: two for drills, which are up, and a line whose carrier is not there.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startServer } from './server.js';

const config = (secret) => `
[[sms.routes]]
name = "drill-a"
protocol = "log"
carriers = ["mobile", "unicom", "telecom"]
weight = 3

[[sms.routes]]
name = "drill-b"
protocol = "log"
carriers = ["mobile", "unicom", "telecom"]

[[sms.routes]]
name = "broadnet-beijing"
protocol = "cmpp"
address = "127.0.0.1:1"
sp_id = "901234"
secret_file = "${secret}"
carriers = ["broadnet"]
`;

/** Starts it. */
export async function startSending(name) {
  const directory = await mkdtemp(join(tmpdir(), `heyan-e2e-${name}-`));
  const [file, secret] = [join(directory, 'heyan.toml'), join(directory, 'secret')];
  await writeFile(secret, 'made-up-for-the-tests', { mode: 0o600 });
  await writeFile(file, config(secret));
  const server = await startServer(name, '--captcha', 'off', '--limits', 'off', '--config', file);
  return {
    ...server,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
