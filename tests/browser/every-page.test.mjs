// Every page that the console links to, as an administrator finds it: whole in both languages, in both lights, on a phone
// and without script.

import assert from 'node:assert/strict';

import { crawl } from './support/crawl.mjs';
import { crowd, furnish } from './support/furnish.mjs';
import { stories } from './support/story.mjs';

/** Fewer than these would mean that the crawl has lost its way. */
const PAGES_MIN = 60;
/** As long as lists get. */
const LONG_LISTS = ['users', 'groups', 'policies', 'log'].map((list) => `/${list}?size=50`);

/** What is no page: a file to keep. */
const leavesTheConsole = (path) => /^\/(log\/export|users\.csv)/.test(path);

stories('Every page', {}, (story) => {
  let pages = [];

  story('it is found from the first, and nothing is wrong with it', async ({ company, person }) => {
    await furnish(company);
    await crowd(company);
    const alice = await person();
    await alice.signIn(company.administrator);
    const { visited, wrong } = await crawl(alice, { start: ['/', ...LONG_LISTS], skip: leavesTheConsole });
    pages = visited;
    assert.ok(pages.length >= PAGES_MIN, `only ${pages.length}: ${pages.join(' ')}`);
    noneIs(wrong, pages);
  });

  const looks = {
    'in Chinese and dark': { language: 'zh-CN', dark: true },
    'on a phone': { phone: true },
    'in Chinese on a phone, without script': { language: 'zh-CN', phone: true, script: false },
    'without script': { script: false },
  };
  for (const [words, wish] of Object.entries(looks)) {
    story(`it is whole ${words}`, async ({ company, person }) => {
      const alice = await person({ ...wish, axe: false });
      await alice.signIn(company.administrator);
      await visitAll(alice, pages);
    });
  }
});

/** Opens them all, and tells at the end what is wrong with any. */
async function visitAll(somebody, pages) {
  assert.ok(pages.length > 0, 'no page was found before');
  const wrong = [];
  for (const path of pages) await somebody.go(path).catch((error) => wrong.push(`${path}: ${error.message}`));
  noneIs(wrong, pages);
}

function noneIs(wrong, pages) {
  assert.equal(wrong.length, 0, `${wrong.length} of ${pages.length} pages:\n${wrong.join('\n')}`);
}
