// Add authorisation: from either side, several at once, with what came of each.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

const HELD = '/api/v1/users/bob/policies';
const names = (answer) => answer.items.map((held) => held.policy.name).sort();

stories('Add authorisation', {}, (story) => {
  story('from a group, in a drawer, policies are found and ticked', async ({ company, person }) => {
    for (const name of ['bob', 'carol']) await company.call('POST', '/api/v1/users', { name });
    await company.call('POST', '/api/v1/groups', { name: 'finance' });
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/groups/finance/policies');
    await alice.page.getByRole('link', { name: 'Add authorisation' }).click();
    const drawer = alice.page.getByRole('dialog');
    await drawer.waitFor();
    await alice.look();
    assert.ok(await drawer.getByRole('checkbox', { name: /finance/ }).isChecked());
    await drawer.getByLabel('Find a policy').fill('administratora');
    await drawer.getByRole('checkbox', { name: /AdministratorAccess/ }).check({ force: true });
    await alice.submit('Add authorisation', { within: drawer });
    await alice.sees('AdministratorAccess attached.');
    assert.equal(alice.path, '/groups/finance/policies');
    await alice.submit('Detach AdministratorAccess');
    await alice.sees('AdministratorAccess detached.');
  });

  story('without script, several policies go to several holders', async ({ company, person }) => {
    const alice = await person({ script: false });
    await alice.signIn(company.administrator);
    await alice.go('/attach?user=bob');
    await alice.submit('Add authorisation', { status: 422 });
    await alice.sees('Tick at least one policy.');
    await alice.fill('Find a user, group or role', 'carol');
    await alice.submit('Search', { within: alice.page.locator('.filters').first() });
    await alice.page.locator('[value="user/carol"]').check({ force: true });
    assert.ok(await alice.page.locator('[value="user/bob"]').isChecked());
    const boxes = alice.page.locator('[name=policy]');
    await boxes.nth(0).check({ force: true });
    await boxes.nth(1).check({ force: true });
    await alice.submit('Add authorisation');
    await alice.sees('4 attachments made.');
    const [bob, carol] = [await company.call('GET', HELD), await company.call('GET', HELD.replace('bob', 'carol'))];
    assert.equal(names(bob).length, 2);
    assert.deepEqual(names(bob), names(carol));
  });

  story('from a policy, its holders are ticked, and taken off its list', async ({ company, person }) => {
    const alice = await person({ phone: true });
    await alice.signIn(company.administrator);
    const [policy] = names(await company.call('GET', HELD));
    await alice.go(`/policies/system:${policy}/attached`);
    await alice.sees('bob', 'carol');
    await alice.submit('Detach from carol');
    await alice.seesNone('carol');
    await alice.go(`/attach?policy=system:${policy}&w=finance`);
    await alice.page.locator('[value="group/finance"]').check({ force: true });
    await alice.submit('Add authorisation');
    await alice.sees('finance');
    assert.equal(alice.path, `/policies/system%3A${policy}/attached`.replace('%3A', ':'));
  });

  story('what is refused is told beside what was done', async ({ company, person }) => {
    const alice = await person({ language: 'zh-CN' });
    await alice.signIn(company.administrator);
    await alice.go('/attach?user=bob&user=ghost');
    await alice.page.locator('[name=policy]:not([disabled])').nth(3).check({ force: true });
    await alice.submit('添加权限');
    await alice.sees('1 项已授权，1 项被拒绝。', 'ghost');
  });
});
