// Coming in, staying in, and going out.

import assert from 'node:assert/strict';

import { HOME } from './support/person.mjs';
import { stories } from './support/story.mjs';

const FAILED = 'The sign-in did not work';
/** How often a password may be wrong in a row before the right one has to wait. */
const TRIES = 5;

stories('Sessions', {}, (story) => {
  story('sec_003 whatever is wrong, the answer is the same', async ({ company, person }) => {
    await company.hire('gone', 'geese over the dunes');
    await company.call('PATCH', '/api/v1/users/gone', { enabled: false });
    const { account, name, password } = company.administrator;
    const said = [];
    for (const claim of [
      { account: 'nowhere', name, password },
      { account, name: 'nobody', password },
      { account, name, password: 'not the password' },
      { account, name: 'gone', password: 'geese over the dunes' },
    ]) {
      const somebody = await person();
      await somebody.signIn(claim, { status: 401 });
      await somebody.sees(FAILED);
      const words = await somebody.page.locator('body').innerText();
      said.push(words.replaceAll(/\s+/g, ' '));
    }
    assert.deepEqual(new Set(said).size, 1, said.join('\n'));
  });

  story('sec_021 after wrong passwords even the right one has to wait', async ({ company, person }) => {
    const bob = await company.hire('bob', 'an otter under the bridge');
    const thief = await person({ axe: false });
    for (let tries = 0; tries <= TRIES; tries += 1) {
      await thief.signIn({ ...bob, password: `guess ${tries}` }, { status: 401 });
      await thief.sees(FAILED);
    }
    await thief.signIn(bob, { status: 401 });
    await thief.sees(FAILED);
    const alice = await person();
    await alice.signIn(company.administrator);
  });

  story('sec_024 a password that an administrator set must be changed first', async ({ company, person }) => {
    const carol = await company.hire('carol', 'the lamp on the east pier', { mustReset: true });
    const browser = await person();
    await browser.signIn(carol, { status: 200 });
    assert.equal(browser.path, '/password/new');
    await browser.go('/groups');
    assert.equal(browser.path, '/password/new', 'nothing else can be opened');
    const own = 'a boat with a red sail';
    await browser.fill('Current password', carol.password);
    await browser.fill('New password', own);
    await browser.fill('New password again', 'a boat with a red sale');
    await browser.submit('Set password', { status: 422 });
    await browser.sees('The two are not the same.');
    await browser.fill('Current password', carol.password);
    await browser.fill('New password', own);
    await browser.fill('New password again', own);
    await browser.submit('Set password', { status: HOME });
    await browser.sees('Your password was set.');
    const later = await person({ script: false });
    await later.signIn(carol, { status: 401 });
    await later.signIn({ ...carol, password: own });
    assert.notEqual(later.path, '/password/new');
  });

  story('sec_044 whoever is switched off is out at the next click', async ({ company, person }) => {
    const dave = await company.hire('dave', 'seven knots and a fair wind');
    const browser = await person();
    await browser.signIn(dave);
    await company.call('PATCH', '/api/v1/users/dave', { enabled: false });
    await browser.go('/password/new');
    assert.match(browser.path, /^\/signin/);
    await browser.signIn(dave, { status: 401 });
  });

  story('sec_134 sign-in leads to where one wanted to go, and nowhere else', async ({ company, person }) => {
    const alice = await person();
    await alice.go('/groups');
    assert.equal(new URL(alice.page.url()).pathname, '/signin');
    const { account, name, password } = company.administrator;
    await alice.page.locator('[name=account]').fill(account);
    await alice.page.locator('[name=user]').fill(name);
    await alice.page.locator('[name=password]').fill(password);
    await alice.submit('Sign in');
    assert.equal(alice.path, '/groups');
    const bait = await person();
    await bait.signIn(company.administrator, { at: '/signin?back=//evil.example/' });
    assert.equal(bait.path, '/');
  });

  story('the link with the alias fills it in', async ({ company, person }) => {
    const alice = await person();
    await alice.go(`/signin/${company.alias}`);
    assert.equal(await alice.valueOf('Account alias or ID'), company.alias);
  });

  story('sec_041 the cookie is new at sign-in, and dead after sign-out', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    const first = await session(alice);
    assert.ok(first.httpOnly && first.sameSite === 'Lax' && first.path === '/', JSON.stringify(first));
    await alice.signOut();
    assert.match(alice.path, /^\/signin/);
    await alice.page.context().addCookies([first]);
    await alice.go('/groups');
    assert.match(alice.path, /^\/signin/);
    await alice.signIn(company.administrator);
    assert.notEqual((await session(alice)).value, first.value);
  });

  story('the language is chosen on any page, and kept', async ({ company, person }) => {
    const alice = await person();
    await alice.go('/signin');
    assert.equal(await alice.heading(), 'Sign in');
    await chooseLanguage(alice, '简体中文');
    assert.equal(await alice.page.locator('html').getAttribute('lang'), 'zh-CN');
    await alice.signIn(company.administrator);
    assert.equal(await alice.page.locator('html').getAttribute('lang'), 'zh-CN');
    await chooseLanguage(alice, 'English', HOME);
    assert.equal(await alice.page.locator('html').getAttribute('lang'), 'en');
  });
});

async function session(somebody) {
  const cookies = await somebody.cookies();
  return cookies.find(({ name }) => name.replace('__Host-', '') === 'claviger') ?? assert.fail(JSON.stringify(cookies));
}

async function chooseLanguage(somebody, language, status = 200) {
  const form = somebody.page.locator('form[action="/preferences"]').filter({ hasText: language });
  await somebody.page.locator('details.menu').filter({ has: form }).locator('summary').click();
  await somebody.submit(language, { status });
}
