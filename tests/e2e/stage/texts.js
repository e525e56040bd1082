// The words of the pages, read from the Fluent files: a test names a text by its key, so it holds in every locale.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { LOCALES } from './places.js';

/** The fixed parts of every text of a locale by key; what stands between them is filled in by the server. */
export function textsOf(locale) {
  const texts = new Map();
  for (const file of readdirSync(join(LOCALES, locale))) {
    for (const line of readFileSync(join(LOCALES, locale, file), 'utf8').split('\n')) {
      const found = /^([a-z][a-z0-9-]*) = (.+)$/.exec(line);
      if (found) texts.set(found[1], found[2].split(/\{[^}]*\}/).map((part) => part.trim()).filter(Boolean));
    }
  }
  return {
    /** The fixed parts of one text. */
    parts(key) {
      const parts = texts.get(key);
      if (!parts) throw new Error(`no text ${key} in the locale ${locale}`);
      return parts;
    },
    /** Whether some words hold a text, whatever was filled in. */
    isIn(key, words) {
      return this.parts(key).every((part) => words.includes(part));
    },
  };
}
