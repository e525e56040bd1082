// The words of the pages, read from the Fluent files: a test names a text by its key, so it holds in every locale.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { LOCALES } from './places.js';

/** The fixed parts of every text of a locale by key; portal and consoles may give one key to a text each. What stands between them is filled in by the server. */
export function textsOf(locale) {
  const texts = new Map();
  for (const file of readdirSync(join(LOCALES, locale))) {
    for (const line of readFileSync(join(LOCALES, locale, file), 'utf8').split('\n')) {
      const found = /^([a-z][A-Za-z0-9-]*) = (.+)$/.exec(line);
      if (!found) continue;
      const parts = found[2].split(/\{[^}]*\}/).map((part) => part.trim()).filter(Boolean);
      texts.set(found[1], [...(texts.get(found[1]) ?? []), parts]);
    }
  }
  const ofKey = (key) => {
    const found = texts.get(key);
    if (!found) throw new Error(`no text ${key} in the locale ${locale}`);
    return found;
  };
  return {
    /** The fixed parts of the one text that a key names. */
    parts(key) {
      const [parts, ...others] = ofKey(key);
      if (others.length > 0) throw new Error(`${key} names ${others.length + 1} texts in the locale ${locale}`);
      return parts;
    },
    /** Whether some words hold a text, whatever was filled in. */
    isIn(key, words) {
      return ofKey(key).some((parts) => parts.every((part) => words.includes(part)));
    },
  };
}
