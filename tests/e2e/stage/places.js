// Where things are.
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');

/** The program under test. */
export const BINARY = process.env.HEYAN_BINARY ?? join(TARGET, 'debug', 'heyan');
/** The browser. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Screenshots and the servers' logs. */
export const ARTEFACTS = join(TARGET, 'e2e');
/** The texts of the pages, a directory for each locale. */
export const LOCALES = join(ROOT, 'crates', 'web', 'locales');
/** Every route of the consoles, with the roles that may use it. */
export const ROUTES = join(ROOT, 'docs', 'console-routes.txt');
