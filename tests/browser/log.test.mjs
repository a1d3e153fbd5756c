// The operation log: what was done is found, looked at and taken away.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

stories('The operation log', {}, (story) => {
  story('a refusal is found by who and what, and shown with what it was', async ({ company, person }) => {
    const bob = await company.hire('bob', 'an otter under the bridge');
    const him = await person();
    await him.signIn(bob, { at: '/signin?back=/groups', status: 403 });
    await him.sees('You may not do this');

    const alice = await person();
    await alice.signIn(company.administrator, { at: '/signin?back=/log', status: 200 });
    await alice.fill('Who', 'bob');
    await alice.choose('Outcome', 'Denied');
    await alice.submit('Apply');
    const row = alice.row('iam:ListGroups');
    await row.waitFor();
    assert.equal(await alice.page.locator('tbody tr').filter({ hasText: 'alice' }).count(), 0);
    await row.getByRole('link').first().click();
    await alice.sees('The policies did not allow it.');
    await alice.look();
  });

  story('what is narrowed down to nothing says so', async ({ company, person }) => {
    const alice = await person({ script: false });
    await alice.signIn(company.administrator, { at: '/signin?back=/log', status: 200 });
    await alice.page.getByLabel('Search events').fill('nothing is called so');
    await alice.submit('Apply');
    await alice.sees('No events match');
    await alice.follow('Clear filters');
    await alice.sees('iam:ListGroups');
  });

  story('sec_144 it is taken away as a table and as lines of JSON', async ({ company, person }) => {
    await company.call('POST', '/api/v1/groups', { name: 'harbour', remarks: '=1+1' });
    const alice = await person();
    await alice.signIn(company.administrator, { at: '/signin?back=/log', status: 200 });
    await alice.press('Export');
    const table = await alice.download('CSV');
    assert.match(table.name, /\.csv$/);
    const rows = table.text.trim().split(/\r?\n/);
    assert.ok(rows.length > 3 && rows.some((line) => line.includes('iam:CreateGroup')), table.text.slice(0, 500));
    assert.ok(!/(^|,)"?[=+@]/m.test(table.text), 'no cell is a formula');
    await alice.go('/log');
    await alice.press('Export');
    const lines = await alice.download('JSON Lines');
    const events = lines.text.trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(events.some((event) => JSON.stringify(event).includes('iam:CreateGroup')));
    assert.ok(events.length >= rows.length - 1, 'looking at it is an event, too');
  });

  story('every event leads to the one before and after it', async ({ company, person }) => {
    const alice = await person({ phone: true, dark: true, language: 'zh-CN' });
    await alice.signIn(company.administrator, { at: '/signin?back=/log/3', status: 200 });
    assert.equal(alice.path, '/log/3');
    await alice.page.locator('footer a').last().click();
    await alice.page.waitForURL('**/log/2');
    await alice.look({ status: 200 });
  });
});
