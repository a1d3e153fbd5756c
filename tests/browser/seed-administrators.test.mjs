// Administrators, as the guide of one cloud tells its customers to make them: in two steps, then signed in by the link.
// Every step is a page of the console.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

const PASSWORD = 'the heron waits for the tide';

stories('The guide to administrators, step by step', {}, (story) => {
  story('an administrator is made by the root user, who then needs to do nothing more', async ({ company, person }) => {
    const root = await person();
    await root.signInAsRoot(company.root);
    // 1. Users, and a new one.
    await root.follow('Users');
    const link = await root.page.locator('.login code').innerText();
    await root.page.getByRole('link', { name: 'Create user' }).first().click();
    await root.page.waitForURL('**/new/user');
    await root.fill('User name', 'grace');
    await root.submit('Next: access');
    // 2. The console by a password, and everything in one tick.
    await root.tick('Type one');
    await root.page.getByLabel('Reset at next sign-in').check();
    await root.submit('Next: permissions');
    await root.page.getByLabel('System Administrator').check();
    await root.fill('Password of the new users', PASSWORD);
    await root.submit('Create user');
    await root.sees('grace created');
    await root.go('/users/grace');
    await root.sees('Administrator');

    // The administrator follows the link, and sets a password that nobody else knows.
    const grace = await person();
    await grace.go(new URL(link).pathname);
    await grace.signIn({ account: company.alias, name: 'grace', password: PASSWORD }, { status: 200 });
    assert.equal(grace.path, '/password/new');
  });

  story('who may do everything makes others, and is told of in the list', async ({ company, person }) => {
    const alice = await person({ script: false, phone: true });
    await alice.signIn(company.administrator, { at: '/signin?back=/users', status: 200 });
    await alice.sees('grace', 'Administrator');
    await alice.go('/attach?policy=system:AdministratorAccess&w=grace');
    await alice.page.locator('[value="user/grace"]').check({ force: true });
    await alice.submit('Add authorisation');
    await alice.sees('AdministratorAccess attached.', 'grace');
  });
});
