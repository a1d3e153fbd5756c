// Stories: a person walks through the console in Chromium, against the real program on a throw-away store.
//
//     import { stories } from './support/story.mjs';
//
//     stories('Users', {}, (story) => {
//       story('an administrator switches a user off', async ({ company, person }) => {
//         const alice = await person();                      // a browser of her own; { phone, dark, language, script }
//         await alice.signIn(company.administrator);
//         await alice.go('/users');
//         await alice.follow('bob');
//         await alice.submit('Disable');
//         await alice.sees('bob is disabled');
//       });
//     });
//
// One file for each part of the console: `tests/browser/<part>.test.mjs`. The stories of a file share one program and one
// account, in their order, so that a story can use names of its own and leave the rest alone.
//
//     cargo xtask stories tests/browser users.test.mjs       runs one file, and builds the program before
//
// What a person can do is in `person.mjs`: go, follow (a link), submit (a form), press (what script answers), fill, tick,
// choose, sees, seesNone, download, signIn, signOut … Each page that comes of it is checked at once, and fails the story:
//
// - errors in the console (breaches of the CSP are such), exceptions, requests that fail     `watch.mjs`
// - an answer other than 200, unless the word was given `{ status: 422 }`                     `person.mjs`
// - violations found by axe, in the light, the language and the width that the person has     `checks.mjs`
// - message ids without a text (`⟦id⟧`), over 100 KB, layout shift over 0.02, sideways scroll, not just one `h1`
//
// Waiting is by what is seen: `sees` and every click wait for it; there is no sleep. What the company is and how it gets
// its users without a browser is in `company.mjs`; `crawl.mjs` visits all there is; `pictures.mjs` takes those of the docs.

import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { DATABASES } from '../../support/server.mjs';
import { launch } from './chromium.mjs';
import { Company } from './company.mjs';
import { Person } from './person.mjs';

const EVIDENCE = process.env.CLAVIGER_STORIES_OUTPUT ?? join(tmpdir(), 'claviger-stories');

/**
 * Declares the stories of a file.
 * @param {string} title
 * @param {object} how
 * @param {string[]} [how.databases] `['sqlite']` unless told otherwise; the stories run once on each
 * @param {boolean} [how.demo] the company of `serve --demo` instead of one that was just set up
 * @param {boolean} [how.setUp] `false`: the program as it is before the first run; `company.setupPath` leads on
 * @param {string[]} [how.arguments] more arguments of `serve`
 * @param {(story: (title: string, walk: (given: {company: Company, person: (wish?: import('./person.mjs').Wish) => Promise<Person>}) => Promise<void>) => void) => void} declare
 */
export function stories(title, how, declare) {
  const wanted = how.databases ?? ['sqlite'];
  for (const { name, options, create } of DATABASES.filter((database) => wanted.includes(database.name))) {
    describe(wanted.length > 1 ? `${title} on ${name}` : title, options, () => {
      const given = {};
      before(async () => {
        given.database = await create();
        given.browser = await launch();
        given.company = await Company.found(given.browser, { ...how, database: given.database.url });
      });
      after(async () => {
        await given.browser?.close();
        await given.company?.close();
        await given.database?.drop();
      });
      declare((line, walk) => test(line, () => walkIt(given, line, walk)));
    });
  }
}

async function walkIt({ browser, company }, line, walk) {
  const people = [];
  const person = async (wish) => {
    const somebody = await Person.arrive(browser, company.url, wish);
    people.push(somebody);
    return somebody;
  };
  try {
    await walk({ company, person });
    for (const somebody of people) await somebody.look();
  } catch (error) {
    error.message += await evidence(people, line);
    // Node's runner prints the stack, which begins with the message as it was.
    error.stack = `${error.message}\n${error.stack}`;
    throw error;
  } finally {
    await Promise.all(people.map((somebody) => somebody.leave()));
  }
}

async function evidence(people, line) {
  mkdirSync(EVIDENCE, { recursive: true });
  const name = line.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 80);
  const told = people.map(async (somebody, index) => {
    const file = join(EVIDENCE, `${name}-${index + 1}.png`);
    return somebody.evidence(file).catch((cause) => `no evidence: ${cause.message}`);
  });
  return (await Promise.all(told)).map((text, index) => `\n— person ${index + 1} ${text}`).join('');
}
