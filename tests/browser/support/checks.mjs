// What holds for every page as it stands: accessible, worded, small, still, and no wider than a phone.

import { installed } from '../../support/server.mjs';

const { AxeBuilder } = installed('@axe-core/playwright');

/** The document itself, in bytes. */
const PAGE_BYTES_MAX = 100 * 1024;
/** The document with all that it loads where nothing is kept from before: 35 KB of style, 30 KB of script, and drawings. */
const LOADED_BYTES_MAX = PAGE_BYTES_MAX + 75 * 1024;
const SHIFT_MAX = 0.02;
/** What axe has seen already: the same kind of page in the same state and light needs no second look. */
const seen = new Set();

/**
 * What is wrong with the page that is open, as lines to read.
 * @param {{script: boolean, axe?: boolean}} how `script`: whether the page's own script runs
 */
export async function problems(page, { script, axe = true }) {
  const found = [];
  const facts = await page.evaluate(measure, script);
  for (const id of facts.missing) found.push(`message missing: ${id}`);
  if (facts.bytes > PAGE_BYTES_MAX) found.push(`size: ${facts.bytes} bytes, at most ${PAGE_BYTES_MAX}`);
  if (facts.loaded > LOADED_BYTES_MAX) found.push(`size with all it loads: ${facts.loaded} bytes, at most ${LOADED_BYTES_MAX}`);
  if (facts.shift > SHIFT_MAX) found.push(`layout shift: ${facts.shift}, at most ${SHIFT_MAX}: ${facts.moved.join(', ')}`);
  if (facts.wide > 0) found.push(`width: scrolls sideways by ${facts.wide} px: ${facts.widest}`);
  if (facts.headings !== 1) found.push(`headings: ${facts.headings} of the first rank instead of 1`);
  if (!facts.title) found.push('title: there is none');
  if (script && axe && isNew(facts)) found.push(...(await violations(page)));
  return found.map((problem) => `${problem} (on ${page.url()})`);
}

async function violations(page) {
  // Its usual mode opens a second page for the summing up; ours have no frames, so that there is nothing to sum up.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] }).analyze();
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 3).map((node) => `${node.target.join(' ')}: ${node.any[0]?.message ?? node.html}`);
    return `axe: ${id}: ${help}: ${places.join('; ')}`;
  });
}

function isNew({ address, state }) {
  const key = `${kindOf(address).join('?')}|${state}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** What a page is, without whose it is: its path, in which every second part is a name, and the names of its query. */
export function kindOf(address) {
  const { pathname, searchParams } = new URL(address, 'http://console');
  const parts = pathname.split('/').slice(1);
  const path = parts.map((part, index) => (index % 2 === 1 && parts[0] !== 'new' ? '*' : part)).join('/');
  return [path, [...searchParams.keys()].sort().join('&')];
}

/** Runs in the page. Without script nothing in the page ever calls back, so that nothing can be waited for. */
async function measure(script) {
  // What a page may be in: empty or not, told of mistakes or of news, with something open over it.
  const STATES = ['table', '.empty', '.note', '[aria-invalid]', '.toast', 'dialog[open]', 'details[open]', '.secret', '.verdict.ok', '.bulk'];
  const root = document.documentElement;
  // What script fetches later, while somebody types, is not the page's.
  const resources = performance.getEntriesByType('resource').filter((entry) => entry.initiatorType !== 'fetch');
  const loaded = [...performance.getEntriesByType('navigation'), ...resources];
  const onTheWire = loaded.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
  const wide = root.scrollWidth - root.clientWidth;
  const scrolls = (element) => element !== root && element !== document.body && getComputedStyle(element).overflowX !== 'visible';
  const isIn = (element, which) => element !== null && (which(element) || isIn(element.parentElement, which));
  const sticksOut = (element) => element.getBoundingClientRect().right > root.clientWidth && !isIn(element, scrolls);
  const culprit = [...document.body.querySelectorAll('*')].find((it) => sticksOut(it) && ![...it.children].some(sticksOut));
  const moved = new Set();
  const theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  return {
    missing: [...new Set(root.outerHTML.match(/⟦[^⟧]*⟧/g) ?? [])],
    bytes: loaded[0]?.decodedBodySize ?? 0,
    loaded: onTheWire,
    shift: script ? await shifted() : 0,
    moved: [...moved],
    wide,
    widest: wide > 0 && culprit ? culprit.outerHTML.slice(0, 160) : '',
    // A dialog over the page is a page of its own that script has fetched.
    headings: [...document.querySelectorAll('h1')].filter((heading) => !heading.closest('dialog')).length,
    title: document.title.trim(),
    address: location.href,
    state: [root.lang, root.dataset.theme ?? theme, innerWidth, ...STATES.map((part) => document.querySelectorAll(part).length > 0)].join('|'),
  };

  /** How much moved by itself since the page came; what follows a click at once is meant. */
  function shifted() {
    return new Promise((resolve) => {
      let sum = 0;
      const add = (entries) => {
        for (const entry of entries.filter(({ hadRecentInput }) => !hadRecentInput)) {
          sum += entry.value;
          for (const { node, previousRect: from, currentRect: to } of entry.sources) {
            moved.add(`${node?.outerHTML?.slice(0, 80) ?? node?.nodeName} from ${from.x},${from.y} to ${to.x},${to.y}`);
          }
        }
      };
      const observer = new PerformanceObserver((list) => add(list.getEntries()));
      observer.observe({ type: 'layout-shift', buffered: true });
      // What script does at the start shows within a few frames; what a frame moved is told after it.
      const frames = (left) => (left > 0 ? requestAnimationFrame(() => frames(left - 1)) : setTimeout(end, 0));
      const end = () => resolve((add(observer.takeRecords()), sum));
      frames(4);
    });
  }
}
