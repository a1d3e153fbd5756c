// Deleting users: what breaks is told first, by the page of one and by the list of many.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

const TRUST = (user) => JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Claviger: `crn:iam::${user.account}:user/${user.name}` } }],
});

stories('Deleting users', {}, (story) => {
  story('all that hangs on a user is told, and its name is typed', async ({ company, person }) => {
    const { account } = await company.call('GET', '/api/v1/whoami');
    await company.hire('mole', 'a tunnel under the old wall');
    await company.call('POST', '/api/v1/users/mole/access-keys');
    await company.call('POST', '/api/v1/groups', { name: 'diggers' });
    await company.call('PUT', '/api/v1/groups/diggers/users/mole');
    await company.call('POST', '/api/v1/roles', { name: 'gardener', trust_document: TRUST({ account, name: 'mole' }) });
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/users/mole/delete');
    await alice.sees('Its console sign-in', '1 access key', '1 membership', '1 role that trusts it by name', 'gardener');
    await alice.submit('Disable instead');
    await alice.go('/users/mole/delete');
    await alice.seesNone('Disable instead');
    await alice.fill('Type mole to confirm', 'mole');
    await alice.submit('Delete user');
    await alice.sees('mole deleted.');
    await assert.rejects(company.call('GET', '/api/v1/users/mole'), /404/);
  });

  story('whoever hangs on nothing goes with one click, and administrators are called so', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'ghost' });
    await company.call('POST', '/api/v1/users', { name: 'chief', administrator: true });
    const alice = await person({ script: false, language: 'zh-CN', phone: true });
    await alice.signIn(company.administrator);
    await alice.go('/users/chief/delete');
    await alice.sees('chief 是本账号的管理员。');
    await alice.go('/users/ghost/delete');
    await alice.submit('删除用户');
    assert.equal(new URL(alice.page.url()).pathname, '/users');
  });

  story('of many it is told what breaks with each', async ({ company, person }) => {
    for (const name of ['one', 'two']) await company.call('POST', '/api/v1/users', { name });
    await company.call('POST', '/api/v1/users/one/access-keys');
    const alice = await person();
    await alice.signIn(company.administrator, { at: '/signin?back=/users', status: 200 });
    for (const name of ['one', 'two']) await alice.tick(`Select ${name}`);
    await alice.submit('Delete', { within: alice.page.locator('.bulk') });
    await alice.sees('Delete 2 users', '1 access key', 'Nothing depends on it');
    await alice.submit('Delete users');
    await alice.sees('2 users deleted');
  });
});
