// User management, as the guide of one cloud tells its customers to do it: made by hand, given a way in and permissions,
// then edited. Every step is a page of the console.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

const PASSWORD = 'the ferry leaves at a quarter past';

stories('The guide to user management, step by step', {}, (story) => {
  story('custom creation: basic information, login settings, policies and groups', async ({ company, person }) => {
    await company.call('POST', '/api/v1/groups', { name: 'storage-team' });
    const admin = await person();
    await admin.signIn(company.administrator, { at: '/signin?back=/users', status: 200 });
    await admin.page.getByRole('link', { name: 'Create user' }).first().click();
    await admin.page.waitForURL('**/new/user');
    // 1. The user name and other basic information.
    await admin.fill('User name', 'wang.fang');
    await admin.fill('Display name', '王芳');
    await admin.fill('Mobile', '+86 139 1234 5678');
    await admin.fill('E-mail', 'wang.fang@saltmarsh.example');
    await admin.submit('Next: access');
    // 2. Programmatic access by a key, and the console by a password.
    await admin.page.getByLabel('Programmatic access').check();
    await admin.tick('Type one');
    await admin.page.getByLabel('Reset at next sign-in').uncheck();
    await admin.submit('Next: permissions');
    // 3. A policy for the user, and a group.
    await admin.page.locator('input[value="storage-team"]').check();
    await admin.page.getByLabel('Find a policy', { exact: true }).pressSequentially('ReadOnly');
    await admin.page.locator('input[value="system/ReadOnlyAccess"]').check();
    await admin.fill('Password of the new users', PASSWORD);
    await admin.fill('Your own password', company.administrator.password);
    await admin.submit('Create user');
    await admin.sees('wang.fang created', 'Access Key ID', 'Ready to paste');

    const fang = await person({ language: 'zh-CN' });
    await fang.signIn({ account: company.alias, name: 'wang.fang', password: PASSWORD });
    await fang.go('/users');
    await fang.sees('wang.fang');
  });

  story('the console is closed and opened again, with a new password', async ({ company, person }) => {
    const admin = await person({ script: false });
    await admin.signIn(company.administrator, { at: '/signin?back=/users', status: 200 });
    await admin.follow('wang.fang');
    await admin.follow('Login settings');
    await admin.page.getByRole('switch', { name: 'Console sign-in' }).click();
    await admin.look({ status: 200 });
    const fang = await person();
    await fang.signIn({ account: company.alias, name: 'wang.fang', password: PASSWORD }, { status: 401 });
    await admin.page.getByRole('switch', { name: 'Console sign-in' }).click();
    await admin.look({ status: 200 });
    await admin.follow('Set new password');
    await admin.submit('Set password');
    const password = await admin.page.locator('.secret code').nth(2).innerText();
    await fang.signIn({ account: company.alias, name: 'wang.fang', password }, { status: 200 });
    assert.equal(fang.path, '/password/new');
  });

  story('basic information is edited, groups and policies are added', async ({ company, person }) => {
    await company.call('POST', '/api/v1/groups', { name: 'auditors' });
    const admin = await person({ script: false });
    await admin.signIn(company.administrator, { at: '/signin?back=/users/wang.fang', status: 200 });
    await admin.go('/users/wang.fang/edit');
    await admin.fill('Remarks', 'Storage, since December');
    await admin.submit('Save');
    await admin.sees('Storage, since December');
    await admin.go('/users/wang.fang/groups/add');
    await admin.page.locator('input[value="auditors"]').check();
    await admin.submit('Add to group');
    await admin.sees('storage-team', 'auditors');
    await admin.go('/users/wang.fang/permissions/effective');
    await admin.sees('ReadOnlyAccess');
  });
});
