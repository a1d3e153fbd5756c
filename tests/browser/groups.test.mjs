// Groups: made, found, filled with several at once, changed, and what was done to them.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

stories('Groups', {}, (story) => {
  story('a group takes several members at once, found by search', async ({ company, person }) => {
    for (const name of ['bob', 'carol', 'dora', 'emil']) await company.call('POST', '/api/v1/users', { name });
    await company.call('POST', '/api/v1/groups', { name: 'finance', remarks: 'Invoices' });
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/groups');
    await alice.follow('finance');
    await alice.sees('No members yet');
    await alice.page.getByRole('link', { name: 'Add members' }).click();
    const drawer = alice.page.getByRole('dialog');
    await drawer.waitFor();
    await alice.look();
    await drawer.getByLabel('bob').check({ force: true });
    await drawer.getByLabel('Find a user').fill('dor');
    await drawer.getByLabel('emil').waitFor({ state: 'detached' });
    await drawer.getByLabel('dora').check({ force: true });
    await alice.submit('Add members', { within: drawer });
    await alice.sees('2 users added.');
    assert.equal(alice.path, '/groups/finance');
    await alice.page.getByLabel('Find a member', { exact: true }).fill('dor');
    await alice.page.getByRole('link', { name: 'bob', exact: true }).waitFor({ state: 'detached' });
    await alice.look();
    await alice.submit('Remove dora');
    await alice.sees('dora removed.');
    await alice.submit('Undo');
    await alice.sees('dora added.');
  });

  story('it is renamed, and its activity tells so', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/groups/finance/edit');
    await alice.fill('Name', 'money');
    await alice.submit('Save');
    await alice.sees('money saved.');
    await alice.follow('Activity');
    await alice.go('/groups/money/edit');
    await alice.fill('Remarks', 'Invoices and budgets');
    await alice.submit('Save');
    await alice.follow('Activity');
    await alice.sees('iam:UpdateGroup');
  });

  story('without script, in Chinese, on a phone', async ({ company, person }) => {
    const alice = await person({ script: false, language: 'zh-CN', phone: true, dark: true });
    await alice.signIn(company.administrator);
    await alice.go('/groups?q=mon');
    await alice.sees('money');
    await alice.go('/groups/money/members/add');
    await alice.fill('查找用户', 'emil');
    await alice.submit('搜索');
    await alice.page.locator('[name=user][value=emil]').check({ force: true });
    await alice.submit('添加成员');
    await alice.sees('已添加 emil。');
    for (const page of ['/policies', '/activity', '/edit', '/delete']) await alice.go(`/groups/money${page}`);
    await alice.submit('删除用户组');
    await alice.sees('已删除 money。');
  });
});
