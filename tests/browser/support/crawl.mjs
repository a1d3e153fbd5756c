// Visits whatever the console links to, from one page on, as a person would find it.

import { kindOf } from './checks.mjs';

/** How many pages of one kind are visited: of each user's page, say; and how many ways to ask for one list. */
const ALIKE_MAX = 2;
const ASKED_MAX = 3;

/**
 * Walks from `start` over every link on the pages that it finds; each visit is checked as every page is.
 * @param {import('./person.mjs').Person} person
 * @param {{start?: string[], skip?: (path: string) => boolean}} [how]
 * @returns {Promise<{visited: string[], wrong: string[]}>} the addresses that were visited, in their order, and all that is
 *   wrong with any of them
 */
export async function crawl(person, { start = ['/'], skip = () => false } = {}) {
  const waiting = [...start];
  const known = new Set(start);
  const kinds = new Map();
  const visited = [];
  const wrong = [];
  while (waiting.length > 0) {
    const path = waiting.shift();
    visited.push(path);
    await person.go(path).catch((error) => {
      // A file to keep; the page before it is still there.
      if (!error.message.includes('Download is starting')) wrong.push(`${path}: ${error.message}`);
    });
    for (const link of await links(person)) {
      if (known.has(link) || skip(link) || isOften(link, kinds)) continue;
      known.add(link);
      waiting.push(link);
    }
  }
  return { visited, wrong };
}

/** The addresses of this console that the page links to, without files to keep. */
async function links(person) {
  return person.page.evaluate(() => {
    const own = [...document.querySelectorAll('a[href]:not([download])')].map((link) => new URL(link.href));
    return own.filter(({ origin }) => origin === location.origin).map(({ pathname, search }) => pathname + search);
  });
}

/** Whether enough pages of its kind are known: of a query one of each combination is enough, and a few of a path. */
function isOften(link, kinds) {
  const [path, names] = kindOf(link);
  const counted = names ? [[`${path}?${names}`, 1], [`${path}?`, ASKED_MAX]] : [[path, ALIKE_MAX]];
  if (counted.some(([kind, most]) => (kinds.get(kind) ?? 0) >= most)) return true;
  for (const [kind] of counted) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return false;
}
