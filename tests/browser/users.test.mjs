// The list of users: found by what is typed and chosen, and changed many at once.

import assert from 'node:assert/strict';

import { furnish } from './support/furnish.mjs';
import { stories } from './support/story.mjs';

const AT_USERS = { at: '/signin?back=/users', status: 200 };

stories('The list of users', {}, (story) => {
  story('it narrows while one types, and again by choice', async ({ company, person }) => {
    await furnish(company);
    const alice = await person();
    await alice.signIn(company.administrator, AT_USERS);
    await alice.sees('bob', 'night-shift', '李雷');
    await alice.page.locator('main').getByLabel('Search users', { exact: true }).pressSequentially('night');
    await alice.page.getByRole('link', { name: 'bob', exact: true }).waitFor({ state: 'detached' });
    await alice.look();
    assert.deepEqual(await names(alice), ['night-shift']);
    await alice.choose('Status', 'Enabled');
    await alice.submit('Apply');
    await alice.sees('No users match');
  });

  story('without script the same is a form', async ({ company, person }) => {
    const alice = await person({ script: false, phone: true });
    await alice.signIn(company.administrator, AT_USERS);
    await alice.choose('Status', 'Disabled');
    await alice.submit('Apply');
    assert.deepEqual(await names(alice), ['night-shift']);
  });

  story('many are switched off and on at once, and told of one by one', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator, AT_USERS);
    for (const name of ['bob', 'carol']) await alice.tick(`Select ${name}`);
    await alice.sees('2 selected');
    await bulk(alice, 'Disable');
    await alice.sees('2 users disabled');
    await alice.go('/users');
    assert.match(await alice.row('carol').innerText(), /Disabled/);
    for (const name of ['bob', 'carol']) await alice.tick(`Select ${name}`);
    await bulk(alice, 'Enable');
    await alice.go('/users');
    assert.match(await alice.row('carol').innerText(), /Enabled/);
  });

  story('many are put into a group', async ({ company, person }) => {
    const alice = await person({ script: false });
    await alice.signIn(company.administrator, AT_USERS);
    for (const name of ['carol', 'night-shift']) await alice.tick(`Select ${name}`);
    await bulk(alice, 'Add to group');
    await alice.fill('Group', 'nobody knows it');
    await alice.submit('Add to group', { status: [200, 404, 422] });
    await alice.go('/users');
    for (const name of ['carol', 'night-shift']) await alice.tick(`Select ${name}`);
    await bulk(alice, 'Add to group');
    await alice.fill('Group', 'auditors');
    await alice.submit('Add to group');
    const { members } = await company.call('GET', '/api/v1/groups/auditors/users').then((answer) => ({ members: JSON.stringify(answer) }));
    assert.ok(members.includes('carol') && members.includes('night-shift'), members);
  });

  story('deleting many shows whom, and offers to switch them off instead', async ({ company, person }) => {
    for (const name of ['short', 'shorter']) await company.call('POST', '/api/v1/users', { name });
    const alice = await person();
    await alice.signIn(company.administrator, AT_USERS);
    for (const name of ['short', 'shorter']) await alice.tick(`Select ${name}`);
    await bulk(alice, 'Delete');
    await alice.sees('Delete 2 users', 'Disable instead');
    await alice.submit('Delete users');
    await alice.go('/users?q=short');
    await alice.sees('No users match');
  });

  story('sec_144 the table that is taken away holds no formula', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'formula', display_name: '=HYPERLINK("http://evil.example")' });
    const alice = await person();
    await alice.signIn(company.administrator, AT_USERS);
    const { name, text } = await alice.download('Export CSV');
    assert.match(name, /\.csv$/);
    assert.ok(text.includes('formula') && text.includes('李雷'), text.slice(0, 500));
    assert.ok(!/(^|,)"?[=+@]/m.test(text), text);
  });
});

/** The names in the list, as they are ordered. */
async function names(somebody) {
  return somebody.page.locator('tbody tr .who a').allInnerTexts();
}

async function bulk(somebody, button) {
  await somebody.submit(button, { within: somebody.page.locator('.bulk') });
}
