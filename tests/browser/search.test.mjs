// The search over everything: the field at the top, and the page behind it.

import assert from 'node:assert/strict';

import { furnish } from './support/furnish.mjs';
import { stories } from './support/story.mjs';

const FIELD = 'Search everything';

stories('Search', {}, (story) => {
  story('what is found stands below the field while one types, and is gone to by keys', async ({ company, person }) => {
    await furnish(company);
    const alice = await person();
    await alice.signIn(company.administrator);
    const field = alice.page.getByLabel(FIELD, { exact: true });
    await alice.page.keyboard.press('/');
    await field.pressSequentially('night');
    const options = alice.page.getByRole('option');
    await options.first().waitFor();
    assert.deepEqual(await options.allInnerTexts().then((all) => all.map((text) => text.split('\n')[0])), ['night-shift']);
    await alice.look();
    await field.press('Escape');
    assert.equal(await options.count(), 0);
    await field.fill('operators');
    await options.first().waitFor();
    await field.press('ArrowDown');
    assert.equal(await options.first().getAttribute('aria-selected'), 'true');
    await Promise.all([alice.page.waitForURL('**/groups/operators'), field.press('Enter')]);
    await alice.look();
  });

  story('the page shows each kind, with script and without, in both languages', async ({ company, person }) => {
    const { id } = (await company.call('GET', '/api/v1/users/bob/access-keys')).items[0];
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.page.getByLabel(FIELD, { exact: true }).fill('read');
    await alice.page.keyboard.press('Enter');
    await alice.page.waitForURL('**/search?q=read');
    await alice.sees('read-backups', 'Policies');
    await alice.go(`/search?q=${id}`);
    await alice.follow(id);
    assert.equal(alice.path, '/users/bob/keys');
    await alice.go('/search?q=1');
    await alice.sees('Events');
    await alice.go('/search?q=nothing+is+called+so');
    await alice.sees('Nothing matches');

    const bare = await person({ script: false, phone: true, language: 'zh-CN', dark: true });
    await bare.signIn(company.administrator, { at: '/signin?back=/search', status: 200 });
    await bare.page.locator('main input[name=q]').fill('李');
    await bare.submit('搜索', { within: bare.page.locator('main') });
    await bare.follow('李雷');
    assert.equal(bare.path, `/users/${encodeURIComponent('李雷')}`);
  });

  story('what one may not list is not found', async ({ company, person }) => {
    const plain = await company.hire('plain', 'the lighthouse is painted white');
    const somebody = await person();
    await somebody.signIn(plain);
    await somebody.go('/search?q=operators');
    await somebody.sees('Nothing matches');
  });
});
