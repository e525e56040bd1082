// Starts `heyan serve --sandbox` on a free port, over a directory that is removed afterwards.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { BINARY, ARTEFACTS } from './places.js';

/** A running server: where it listens, the path of its key file, and how to end it. */
export async function startServer(name, ...settings) {
  const data = await mkdtemp(join(tmpdir(), `heyan-e2e-${name}-`));
  const listen = settings.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
  const flags = ['serve', '--sandbox', '--data', data, ...listen, ...settings];
  const child = spawn(BINARY, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(join(ARTEFACTS, `server-${name}.log`));
  child.stderr.pipe(log);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const address = await Promise.race([listening(child), failed(child, name)]);
  return {
    address,
    keys: join(data, 'keys.toml'),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The address in the line that says the server is ready; what it prints besides is let pass. */
function listening(child) {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^listening on (http:\/\/\S+)$/.exec(line);
      if (found) resolve(found[1]);
    });
  });
}

function failed(child, name) {
  return new Promise((_, reject) => {
    child.once('error', (error) => reject(new Error(`${BINARY} cannot be started: ${error.message}`)));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: see server-${name}.log`)));
  });
}
