// The first page: what there is, what somebody should look at, and what changed last.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

stories('The overview', {}, (story) => {
  story('it counts, and each count leads to its list', async ({ company, person }) => {
    for (const name of ['bob', 'carol']) await company.hire(name, 'an otter under the bridge');
    await company.call('POST', '/api/v1/groups', { name: 'operators' });
    const alice = await person();
    await alice.signIn(company.administrator);
    assert.deepEqual(await tiles(alice), { Users: '3 of 100,000', Groups: '1 of 1,000', 'Custom policies': '0 of 5,000' });
    await alice.page.locator('a.tile').filter({ hasText: 'Users' }).click();
    await alice.sees('carol');
    await alice.look({ status: 200 });
  });

  story('what should be looked at stands in the list until it is done', async ({ company, person }) => {
    const alice = await person({ axe: false });
    await alice.signIn(company.administrator);
    await alice.sees('Security to-do', 'Users who never signed in: 2', 'bob, carol', 'The root user has keys: 1. It should have none.');
    await alice.follow('Review', { within: alice.row('never signed in') });
    await alice.sees('bob', 'carol');
    await alice.go('/users/bob/delete');
    await alice.submit('Delete user');
    await alice.go('/');
    await alice.sees('Users who never signed in: 1');
  });

  story('the latest changes are there with who made them', async ({ company, person }) => {
    const alice = await person({ language: 'zh-CN', phone: true });
    await alice.signIn(company.administrator);
    const latest = alice.row('iam:DeleteUser');
    assert.match(await latest.innerText(), /^alice iam:DeleteUser user\/bob/);
    await latest.getByRole('link').click();
    await alice.page.getByRole('dialog').waitFor();
    await alice.look();
  });

  story('what goes on is drawn, and a table says the same', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/?days=30');
    const chart = alice.page.locator('svg.chart').first();
    assert.match(await chart.getAttribute('aria-label'), /^Sign-ins per day, .*: [1-9]\d* succeeded, \d+ failed$/);
    const table = alice.page.locator('details.twin').first();
    await table.locator('summary').click();
    assert.equal(await table.locator('tbody tr').count(), 30);
    assert.notEqual(await table.locator('tbody tr').first().locator('td').nth(1).innerText(), '0');
    await alice.sees('Calls', 'Carried out');
    await alice.look({ status: 200 });
    await alice.page.getByRole('link', { name: '14 days' }).click();
    assert.equal(await alice.page.locator('details.twin').first().locator('tbody tr').count(), 14);
  });

  story('whoever may not see the account’s figures finds their own things', async ({ company, person }) => {
    const dave = await company.hire('dave', 'seven knots and a fair wind');
    const browser = await person({ dark: true });
    await browser.signIn(dave);
    await browser.sees('You are signed in');
    await browser.seesNone('Security to-do', 'Latest changes');
    await browser.follow('Sign-in and security', { within: browser.page.locator('main') });
    assert.equal(browser.path, '/me/security');
  });
});

/** What the tiles say, by their names. */
async function tiles(somebody) {
  const each = somebody.page.locator('.tile');
  const names = await each.locator('.t').allInnerTexts();
  const counts = await each.locator('.n').allInnerTexts();
  return Object.fromEntries(names.map((name, index) => [name, counts[index].replaceAll(/\s+/g, ' ').trim()]));
}
