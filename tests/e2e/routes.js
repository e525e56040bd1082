// Every page of the consoles is looked at: the routes that the rows have visited against docs/console-routes.txt.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

import { ROUTES } from './stage/places.js';

/** Which part of the list is asked for: these paths and what is below them. */
const BELOW = ['/console/provider', '/console/unmask', '/console/account', '/console/administration', '/console/sandbox'];

const looked = new Set();

/** Notes paths that somebody has been shown. */
export function lookedAt(paths) {
  for (const path of paths) looked.add(path);
}

/** Registers the test, which belongs behind all others; without all of them it has nothing to say. */
export function everyRoute(names) {
  if (names.length > 0) return;
  it('every page of the consoles is looked at', () => {
    const routes = gets();
    const visited = new Set([...looked].map((path) => routeOf(routes, path)));
    const asked = routes.filter((route) => BELOW.some((path) => route === path || route.startsWith(`${path}/`)));
    assert.ok(asked.length > 0, 'the list of routes has none of those asked for');
    assert.deepEqual(asked.filter((route) => !visited.has(route)), [], 'no row shows these routes');
  });
}

/** The routes that are read, in the order of the list. */
function gets() {
  const lines = readFileSync(ROUTES, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('GET ')).map((line) => line.split(/ +/)[1]);
}

/** The route that a path takes: a part that is named goes before one that holds anything. */
function routeOf(routes, path) {
  const parts = path.split('/');
  const held = (route) => (route.match(/\{/g) ?? []).length;
  const fits = (route) => {
    const own = route.split('/');
    return own.length === parts.length && own.every((part, at) => part.startsWith('{') || part === parts[at]);
  };
  return routes.filter(fits).sort((one, other) => held(one) - held(other))[0];
}
