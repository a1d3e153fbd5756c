// Visits whatever the console links to, from one page on, as a person would find it.

/** How many pages of one kind are visited: of each user's page, say. */
const ALIKE_MAX = 2;

/**
 * Walks from `start` over every link on the pages that it finds; each visit is checked as every page is, and all that is
 * wrong anywhere is told at the end.
 * @param {import('./person.mjs').Person} person
 * @param {{start?: string[], skip?: (path: string) => boolean}} [how]
 * @returns {Promise<string[]>} the addresses that were visited, in their order
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
      const kind = kindOf(link);
      const alike = kinds.get(kind) ?? 0;
      if (known.has(link) || alike >= ALIKE_MAX || skip(link)) continue;
      known.add(link);
      kinds.set(kind, alike + 1);
      waiting.push(link);
    }
  }
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${visited.length} pages:\n${wrong.join('\n')}`);
  return visited;
}

/** The addresses of this console that the page links to, without files to keep. */
async function links(person) {
  return person.page.evaluate(() => {
    const own = [...document.querySelectorAll('a[href]:not([download])')].map((link) => new URL(link.href));
    return own.filter(({ origin }) => origin === location.origin).map(({ pathname, search }) => pathname + search);
  });
}

/** What a page is, without whose it is: every second part of a path is a name, and of a query only the names count. */
function kindOf(link) {
  const { pathname, searchParams } = new URL(link, 'http://console');
  const parts = pathname.split('/').slice(1);
  const fixed = parts.map((part, index) => (index % 2 === 1 && part !== 'new' ? '*' : part));
  return `${fixed.join('/')}?${[...searchParams.keys()].sort().join('&')}`;
}
