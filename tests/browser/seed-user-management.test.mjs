// "User management" (shared/seeds), as far as users go: made for people and for programs, changed, given keys and
// permissions, switched off and on, looked up in the log, and deleted.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

stories('The management of users', {}, (story) => {
  story('a user for both ways in gets a password and a key, shown once, and is an administrator', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/users');
    await alice.follow('Create user');
    await alice.fill('User name', 'robin');
    await alice.fill('Remarks', 'Runs the night shift.');
    await alice.submit('Next: access');
    await alice.tick(/^Console sign-in/);
    await alice.tick(/^Programmatic access/);
    await alice.submit('Next: permissions');
    await alice.fill('Your own password', company.administrator.password);
    await alice.tick(/^System Administrator/);
    await alice.submit('Create user');
    await alice.sees('robin created', 'Shown once', 'Access Key ID', 'Secret Access Key');
    const [, , password, id, secret] = await alice.page.locator('.secret dd code').allInnerTexts();
    assert.ok(secret.length > 30);
    await alice.follow('I have saved them');
    await alice.sees('Administrator');
    assert.ok(!(await alice.page.content()).includes(secret));
    await alice.go('/users/robin/keys');
    await alice.sees(id);
    const robin = await person({ axe: false });
    await robin.signIn({ ...company.administrator, name: 'robin', password });
    assert.equal(robin.path, '/password/new', 'what was made is for one sign-in');
  });

  story('a password is set, and must be changed at the next sign-in', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'sam' });
    const alice = await person({ script: false });
    await alice.signIn(company.administrator);
    await alice.go('/users/sam/password');
    await alice.tick('Type one');
    await alice.page.locator('form input[type=password]').first().fill('geese over the dunes');
    await alice.submit('Set password');
    const sam = await person({ axe: false });
    await sam.signIn({ ...company.administrator, name: 'sam', password: 'geese over the dunes' });
    assert.equal(sam.path, '/password/new');
  });

  story('what is known of a user is changed', async ({ company, person }) => {
    const alice = await person({ language: 'zh-CN' });
    await alice.signIn(company.administrator);
    await alice.go('/users/sam/edit');
    await alice.page.locator('[name=display_name]').fill('Sam Marsh');
    await alice.page.locator('main form .btn.main').click();
    await alice.sees('Sam Marsh');
  });

  story('keys are made, kept two of for rotation, and the last one is deleted', async ({ company, person }) => {
    const alice = await person({ axe: false });
    await alice.signIn(company.administrator);
    for (const _ of [1, 2]) {
      await alice.go('/users/sam/keys/new');
      await alice.fill('Your password', company.administrator.password);
      await alice.submit('Confirm and create key');
      await alice.sees('Shown once');
    }
    const { items } = await company.call('GET', '/api/v1/users/sam/access-keys');
    assert.equal(items.length, 2);
    for (const { id } of items) {
      await alice.go('/users/sam/keys');
      await alice.submit(`Disable ${id}`);
      await alice.go(`/users/sam/keys/${id}/delete`);
      await alice.submit('Delete key');
    }
    await alice.sees('No access keys yet');
  });

  story('permissions of several services are added and taken away', async ({ company, person }) => {
    const alice = await person({ axe: false });
    await alice.signIn(company.administrator);
    for (const policy of ['ReadOnlyAccess', 'AdministratorAccess']) await authorise(alice, 'sam', policy);
    await alice.go('/users/sam/permissions');
    await alice.submit('Detach AdministratorAccess');
    await alice.sees('AdministratorAccess detached.', 'ReadOnlyAccess');
  });

  story('an API key is made, and its bearer is shown once', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/users/sam/keys');
    await alice.follow('Create API key');
    await alice.page.locator('main [name=name]').fill('model gateway');
    await alice.fill('Your password', company.administrator.password);
    await alice.submit('Create API key');
    await alice.sees('Shown once');
    await alice.go('/users/sam/keys');
    await alice.sees('model gateway');
  });

  story('a user who is switched off comes in by no way, and again when switched on', async ({ company, person }) => {
    const tess = await company.hire('tess', 'a kite above the salt flats');
    const alice = await person({ axe: false });
    await alice.signIn(company.administrator);
    await alice.go('/users');
    await alice.page.locator('tr').filter({ hasText: 'tess' }).locator('summary').click();
    await alice.submit('Disable', { within: alice.page.locator('tr').filter({ hasText: 'tess' }) });
    const browser = await person({ axe: false });
    await browser.signIn(tess, { status: 401 });
    await alice.go('/users/tess');
    await alice.submit('Enable');
    await alice.sees('tess enabled.');
    await browser.signIn(tess);
  });

  story('what a user did is in the operation log', async ({ company, person }) => {
    const alice = await person({ axe: false });
    await alice.signIn(company.administrator);
    await alice.go('/users/tess/activity');
    await alice.sees(/Sign|sign/);
    await alice.go('/log?who=tess');
    assert.ok((await alice.page.locator('tbody tr').count()) > 0);
  });

  story('deleting warns that it is for good, and offers to switch off instead', async ({ company, person }) => {
    const alice = await person({ phone: true });
    await alice.signIn(company.administrator);
    await alice.go('/users/sam/delete');
    await alice.sees('What stops working', 'Disable instead');
    await alice.fill('Type sam to confirm', 'sam');
    await alice.submit('Delete user');
    await alice.sees('sam deleted.');
    await alice.go('/users/sam', { status: 404 });
  });
});

async function authorise(somebody, user, policy) {
  await somebody.go(`/users/${user}/authorise?q=${policy}`);
  await somebody.page.getByRole('checkbox', { name: new RegExp(`^${policy}`) }).check();
  await somebody.submit('Add authorisation');
}
