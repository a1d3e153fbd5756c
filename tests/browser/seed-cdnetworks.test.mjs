// Users, as the guide of another cloud tells its customers to do it: made, edited, given keys and permissions, deleted.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

stories('The guide to users, step by step', {}, (story) => {
  story('a user is made and its basic information modified', async ({ company, person }) => {
    const admin = await person({ script: false });
    await admin.signIn(company.administrator, { at: '/signin?back=/users', status: 200 });
    await admin.follow('Create user');
    await admin.fill('User name', 'cache-purger');
    await admin.fill('Display name', 'Cache purger');
    await admin.submit('Next: access');
    await admin.page.locator('[name=console]').uncheck();
    await admin.submit('Next: permissions');
    await admin.submit('Create user');
    assert.equal(await admin.heading(), 'cache-purger');
    await admin.go('/users/cache-purger/edit');
    await admin.fill('User name', 'purger');
    await admin.fill('Remarks', 'Empties caches at night');
    await admin.fill('Mobile', '+44 7700 900143');
    await admin.fill('E-mail', 'purger@saltmarsh.example');
    await admin.submit('Save');
    assert.equal(new URL(admin.page.url()).pathname, '/users/purger');
    await admin.sees('Empties caches at night');
  });

  story('an access key is made after a check, disabled, activated and deleted', async ({ company, person }) => {
    const admin = await person({ script: false });
    await admin.signIn(company.administrator, { at: '/signin?back=/users/purger/keys', status: 200 });
    await admin.follow('Create access key');
    await admin.fill('Your password', company.administrator.password);
    await admin.submit('Confirm and create key');
    await admin.sees('Shown once', 'Secret Access Key');
    await admin.follow('I have saved them');
    const [{ id }] = (await company.call('GET', '/api/v1/users/purger/access-keys')).items;
    await admin.submit(`Disable ${id}`);
    await admin.submit(`Activate ${id}`);
    await admin.go(`/users/purger/keys/${id}/delete`);
    await admin.sees('It was never used.');
    await admin.submit('Delete key');
    await admin.sees('No access keys yet');
  });

  story('permissions are assigned from the user, and the user is deleted', async ({ company, person }) => {
    const admin = await person({ script: false });
    await admin.signIn(company.administrator, { at: '/signin?back=/users/purger/permissions', status: 200 });
    await admin.follow('Add authorisation');
    await admin.go('/users/purger/authorise?q=ReadOnlyAccess');
    await admin.page.getByRole('checkbox', { name: /^ReadOnlyAccess/ }).check();
    await admin.submit('Add authorisation');
    await admin.sees('purger has new permissions.', 'ReadOnlyAccess');
    await admin.go('/users/purger/delete');
    await admin.sees('What stops working', '1 policy');
    await admin.submit('Delete user');
    await admin.sees('purger deleted.');
  });
});
