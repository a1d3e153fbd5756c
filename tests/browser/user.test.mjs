// One user: what it is, how it signs in, its keys, and what is done to it.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

stories('One user', {}, (story) => {
  story('somebody is switched off while signed in, and on again by undoing it', async ({ company, person }) => {
    const bob = await company.hire('bob', 'an otter under the bridge');
    const browser = await person({ axe: false });
    await browser.signIn(bob);
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/users/bob');
    await alice.submit('Disable');
    await alice.sees('bob disabled.', 'Disabled');
    await browser.go('/groups');
    assert.ok(browser.path.startsWith('/signin'), 'the session is over at once');
    await browser.signIn(bob, { status: 401 });
    await alice.submit('Undo');
    await alice.sees('bob enabled.', 'Enabled');
    await browser.signIn(bob);
  });

  story('sec_038 a key takes the password again, and its secret is seen once', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'robot' });
    const alice = await person({ script: false });
    await alice.signIn(company.administrator);
    await alice.go('/users/robot/keys');
    await alice.follow('Create access key');
    await alice.fill('Your password', 'not the password');
    await alice.submit('Confirm and create key', { status: 422 });
    await alice.sees('This is not your password');
    await alice.fill('Your password', company.administrator.password);
    await alice.submit('Confirm and create key');
    await alice.sees('robot has a new access key', 'Shown once', 'CLAVIGER_SECRET_ACCESS_KEY=');
    const secret = await alice.page.locator('.secret code').nth(1).innerText();
    assert.ok(secret.length > 30);
    assert.match(alice.answer.headers['cache-control'], /no-store/);
    await alice.follow('I have saved them');
    const words = await alice.page.content();
    assert.ok(!words.includes(secret), 'the list never shows it');
    assert.equal((await company.call('GET', '/api/v1/users/robot/access-keys')).items.length, 1);
  });

  story('the last key is switched off and deleted', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'scanner' });
    const { id } = await company.call('POST', '/api/v1/users/scanner/access-keys');
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/users/scanner/keys');
    await alice.submit(`Disable ${id}`);
    await alice.sees('disabled.', 'Disabled');
    await alice.go(`/users/scanner/keys/${id}/delete`);
    await alice.sees('It was never used.');
    await alice.submit('Delete key');
    await alice.sees('No access keys yet');
  });

  story('deleting says what stops working, and takes the name', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'temp', display_name: `<b>temp</b>` });
    for (let key = 0; key < 2; key += 1) await company.call('POST', '/api/v1/users/temp/access-keys');
    const alice = await person({ dark: true });
    await alice.signIn(company.administrator);
    await alice.go('/users/temp/delete');
    await alice.sees('What stops working', '2 access keys', 'Disable instead');
    await alice.fill('Type temp to confirm', 'tmp');
    await alice.submit('Delete user', { status: 422 });
    await alice.sees('This is not what must be typed.');
    await alice.fill('Type temp to confirm', 'temp');
    await alice.submit('Delete user');
    await alice.sees('temp deleted.');
    await alice.go('/users/temp', { status: 404 });
  });

  story('a password is drawn, shown once, and must be changed', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'dora' });
    const alice = await person({ language: 'zh-CN' });
    await alice.signIn(company.administrator);
    await alice.go('/users/dora/login');
    await alice.sees('未开启控制台登录');
    await alice.go('/users/dora/password');
    await alice.submit('设置密码');
    const password = await alice.page.locator('.secret code').nth(2).innerText();
    const dora = await person();
    await dora.signIn({ account: company.administrator.account, name: 'dora', password }, { status: 200 });
    assert.equal(dora.path, '/password/new');
  });

  story('who may do nothing is told so, and changes nothing', async ({ company, person }) => {
    const gust = await company.hire('gust', 'a kite above the salt flats');
    await company.call('POST', '/api/v1/users', { name: 'hugo' });
    const browser = await person({ axe: false });
    await browser.signIn(gust);
    for (const part of ['', '/edit', '/login', '/keys', '/permissions', '/groups', '/activity', '/delete']) {
      await browser.go(`/users/hugo${part}`, { status: 403 });
      await browser.sees('You may not do this', 'Explain this');
    }
    await browser.go('/users/gust/password');
    await browser.submit('Set password', { status: 403 });
    await browser.go('/users/hugo/password');
    await browser.submit('Set password', { status: 403 });
    assert.equal((await company.call('GET', '/api/v1/users/hugo/login-profile')).has_password, false);
  });

  story('two administrators change the same user', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'erin', display_name: 'Erin' });
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/users/erin/edit');
    await company.call('PATCH', '/api/v1/users/erin', { display_name: 'Erin Moss' });
    await alice.fill('Display name', 'Erin Marsh');
    await alice.submit('Save', { status: 422 });
    await alice.sees('It was changed by somebody else', 'It says “Erin Moss” now.');
    await alice.submit('Save');
    await alice.sees('erin saved.', 'Erin Marsh');
  });

  story('policies are attached to a user, and its sessions ended', async ({ company, person }) => {
    const ida = await company.hire('ida', 'rain on the boathouse roof');
    const browser = await person({ axe: false });
    await browser.signIn(ida);
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/users/ida/permissions');
    await alice.follow('Add authorisation');
    await alice.submit('Add authorisation', { status: 422 });
    await alice.sees('Tick at least one policy.');
    await alice.go('/users/ida/authorise?q=ReadOnlyAccess');
    await alice.page.getByRole('checkbox', { name: /^ReadOnlyAccess/ }).check();
    await alice.submit('Add authorisation');
    await alice.sees('ida has new permissions.', 'ReadOnlyAccess');
    await browser.go('/users/ida');
    await alice.go('/users/ida/sessions');
    await alice.submit('End all');
    await alice.sees('All sessions of ida were ended.', 'No open session');
    await browser.go('/groups');
    assert.ok(browser.path.startsWith('/signin'));
  });

  story('everybody finds their own keys', async ({ company, person }) => {
    const root = await person();
    await root.signInAsRoot(company.root);
    await root.go('/me/keys');
    await root.sees('My access keys');
    const alice = await person({ phone: true });
    await alice.signIn(company.administrator);
    await alice.go('/me/keys/new');
    await alice.fill('Your password', company.administrator.password);
    await alice.submit('Confirm and create key');
    await alice.sees('alice has a new access key');
  });

  story('a policy is detached, and attached again by undoing it', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'fritz' });
    await company.call('PUT', '/api/v1/users/fritz/policies/ReadOnlyAccess');
    const alice = await person({ phone: true });
    await alice.signIn(company.administrator);
    await alice.go('/users/fritz/permissions');
    await alice.submit('Detach ReadOnlyAccess');
    await alice.sees('ReadOnlyAccess detached.', 'fritz may do nothing yet');
    await alice.submit('Undo');
    await alice.sees('ReadOnlyAccess attached.');
  });
});
