// "Partner Guide to Creating IAM Users" (shared/seeds), walked from its first step to its last: an alias, a user who must
// set a password of their own, read-only access, a group for many, and the sign-in with the alias.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

stories('The guide for partners', {}, (story) => {
  const chosen = 'a boat with a red sail';

  story('the administrator makes an employee’s user, which must set a password of its own', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.follow('Users', { within: alice.page.locator('nav.rail') });
    await alice.sees(`/signin/${company.alias}`);
    await alice.follow('Create user');
    await alice.fill('User name', 'erin');
    await alice.fill('Remarks', 'Takes the partner course.');
    await alice.submit('Next: access');
    await alice.tick(/^Console sign-in/);
    await alice.tick('Type one');
    await alice.tick(/^Reset at next sign-in/);
    await alice.submit('Next: permissions');
    await alice.fill('Password of the new users', 'the lamp on the east pier');
    await alice.submit('Create user');
    await alice.sees('erin created.');
    assert.equal(await alice.heading(), 'erin');
  });

  story('read-only access is granted by editing the user’s permissions', async ({ company, person }) => {
    const alice = await person({ axe: false });
    await alice.signIn(company.administrator, { at: '/signin?back=/users/erin/permissions', status: 200 });
    await alice.follow('Add authorisation');
    await alice.page.locator('main [type=search]').fill('ReadOnlyAccess');
    await alice.page.keyboard.press('Enter');
    await alice.page.getByRole('checkbox', { name: /^ReadOnlyAccess/ }).check();
    await alice.submit('Add authorisation');
    await alice.sees('erin has new permissions.', 'ReadOnlyAccess');
  });

  story('many employees get theirs through a group, and keep what they have themselves', async ({ company, person }) => {
    for (const name of ['frank', 'gina']) await company.call('POST', '/api/v1/users', { name });
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.follow('Groups', { within: alice.page.locator('nav.rail') });
    await alice.go('/new/group');
    await alice.fill('Name', 'course');
    await alice.fill('Remarks', 'Everybody in the partner course.');
    await alice.submit('Create group');
    await alice.go('/attach?group=course&policy=system:ReadOnlyAccess');
    await alice.submit('Add authorisation');
    await alice.sees('ReadOnlyAccess attached.');
    await alice.go('/groups/course/members/add');
    for (const name of ['erin', 'frank', 'gina']) await alice.page.locator(`[name=user][value=${name}]`).check({ force: true });
    await alice.submit('Add members');
    await alice.sees('3 users added.');
    await alice.go('/users/erin/permissions');
    const rows = await alice.page.locator('tbody tr').allInnerTexts();
    assert.equal(rows.length, 2, rows.join('\n'));
    assert.ok(rows.some((row) => row.includes('course')), rows.join('\n'));
  });

  story('the employee signs in with the alias, sets a password, and may look at everything', async ({ company, person }) => {
    const erin = await person({ phone: true });
    await erin.go(`/signin/${company.alias}`);
    assert.equal(await erin.valueOf('Account alias or ID'), company.alias);
    await erin.fill('User name', 'erin');
    await erin.page.locator('[name=password]').fill('the lamp on the east pier');
    await erin.submit('Sign in');
    assert.equal(erin.path, '/password/new');
    await erin.fill('Current password', 'the lamp on the east pier');
    await erin.fill('New password', chosen);
    await erin.fill('New password again', chosen);
    await erin.submit('Set password');
    await erin.sees('Your password was set.');
    await erin.go('/users');
    await erin.sees('gina');
    await erin.go('/users/gina');
    await erin.submit('Disable', { status: 403 });
    await erin.sees('You may not do this');
  });
});
