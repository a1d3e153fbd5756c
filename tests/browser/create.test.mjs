// New users: one or several, in three steps, with what is secret of them shown once.

import assert from 'node:assert/strict';

import { furnish } from './support/furnish.mjs';
import { stories } from './support/story.mjs';

const AT_FORM = { at: '/signin?back=/new/user', status: 200 };

stories('Creating users', {}, (story) => {
  story('one user with a password, a key, a group and a policy', async ({ company, person }) => {
    await furnish(company);
    const alice = await person();
    await alice.signIn(company.administrator, AT_FORM);
    await alice.fill('User name', 'grace');
    await alice.fill('Display name', 'Grace Ndiaye');
    await alice.fill('E-mail', 'grace@saltmarsh');
    await alice.submit('Next: access', { status: 422 });
    await alice.sees('1 field needs attention');
    assert.equal(await alice.valueOf('Display name'), 'Grace Ndiaye');
    await alice.fill('E-mail', 'grace@saltmarsh.example');
    await alice.submit('Next: access');
    await alice.sees('How will grace use the account?');
    await alice.page.getByLabel('Programmatic access').check();
    await alice.submit('Next: permissions');
    await choose(alice, 'Find a group', 'oper', 'operators', 'auditors');
    await choose(alice, 'Find a policy', 'read-b', 'read-backups', 'AdministratorAccess');
    await alice.submit('Create user', { status: 422 });
    await alice.fill('Your own password', company.administrator.password);
    assert.ok(await box(alice, 'operators').isChecked(), 'what was chosen stays chosen');
    await alice.submit('Create user');
    assert.equal(await alice.heading(), 'grace created');
    const { name, text } = await alice.download('Download CSV', { role: 'button' });
    assert.equal(name, 'users.csv');
    assert.match(text, /^"User name","Sign-in link","Password","Access Key ID","Secret Access Key"\r?\n"grace",/);
    await alice.follow('I have saved them');
    assert.equal(alice.path, '/users/grace');
    const told = JSON.stringify(await company.call('GET', '/api/v1/users/grace/groups'));
    assert.ok(told.includes('operators'), told);
    const held = JSON.stringify(await company.call('GET', '/api/v1/users/grace/policies'));
    assert.ok(held.includes('read-backups'), held);
  });

  story('several at once, each with a password that is for one sign-in', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator, AT_FORM);
    await alice.fill('User name', 'heidi');
    await alice.press('Add another user');
    await alice.page.getByRole('heading', { name: 'User 2' }).waitFor();
    assert.equal(await nth(alice, 'User name', 0).inputValue(), 'heidi');
    await nth(alice, 'User name', 1).fill('Heidi');
    await alice.submit('Next: access', { status: 422 });
    await nth(alice, 'User name', 1).fill('ivan');
    await alice.press('Add another user');
    await alice.page.getByRole('heading', { name: 'User 3' }).waitFor();
    await alice.page.getByRole('button', { name: 'Remove' }).nth(2).click();
    await alice.page.getByRole('heading', { name: 'User 3' }).waitFor({ state: 'detached' });
    await alice.submit('Next: access');
    await alice.sees('How will these 2 users use the account?');
    await alice.submit('Next: permissions');
    await alice.submit('Create 2 users');
    assert.equal(await alice.heading(), '2 users created');
    const { text } = await alice.download('Download CSV', { role: 'button' });
    const passwords = Object.fromEntries(rows(text).map(([name, , password]) => [name, password]));
    assert.notEqual(passwords.heidi, passwords.ivan);
    await alice.follow('I have saved them');
    assert.equal((await alice.back()).includes(passwords.ivan), false, 'going back shows no secret');

    const ivan = await person();
    await ivan.signIn({ account: company.alias, name: 'ivan', password: passwords.ivan }, { status: 200 });
    assert.equal(ivan.path, '/password/new');
    await ivan.go('/users');
    assert.equal(ivan.path, '/password/new', 'nothing else can be done before');
  });

  story('sent twice, nothing is made twice and nothing is shown twice', async ({ company, person }) => {
    const alice = await person({ script: false });
    await alice.signIn(company.administrator, AT_FORM);
    await alice.fill('User name', 'judy');
    await alice.submit('Next: access');
    await alice.submit('Next: permissions');
    await alice.submit('Create user');
    const secret = await alice.page.locator('.secret').innerText();
    assert.ok(secret.includes('judy'), secret);
    await alice.page.reload();
    await alice.look({ status: 409 });
    await alice.sees('This was shown once');
  });

  story('without script, on a phone, in Chinese', async ({ company, person }) => {
    const alice = await person({ script: false, phone: true, language: 'zh-CN' });
    await alice.signIn(company.administrator, AT_FORM);
    await alice.fill('用户名', '张三');
    await alice.submit('再添加一个用户');
    await nth(alice, '用户名', 1).fill('bob');
    await alice.submit('下一步：访问方式', { status: 422 });
    await alice.page.getByRole('button', { name: '移除' }).nth(1).click();
    await alice.look({ status: 200 });
    await alice.submit('下一步：访问方式');
    await alice.tick('手动输入');
    await alice.submit('下一步：权限');
    await alice.page.getByLabel('查找用户组').fill('oper');
    await alice.page.getByRole('button', { name: '搜索' }).first().click();
    await alice.look({ status: 200 });
    await box(alice, 'operators').check();
    await alice.fill('新用户的密码', 'abc');
    await alice.submit('创建用户', { status: 422 });
    assert.ok(await box(alice, 'operators').isChecked());
    assert.equal(await alice.valueOf('新用户的密码'), '');
    await alice.fill('新用户的密码', '七只青蛙坐在池塘边上看月亮慢慢升起');
    await alice.submit('创建用户');
    assert.equal(alice.path, `/users/${encodeURIComponent('张三')}`);
  });

  story('a user who may not is told so', async ({ company, person }) => {
    const plain = await company.hire('plain', 'the lighthouse is painted white');
    const somebody = await person();
    await somebody.signIn(plain);
    await somebody.go('/new/user');
    await somebody.fill('User name', 'mallory');
    await somebody.submit('Next: access');
    await somebody.submit('Next: permissions');
    await somebody.submit('Create user', { status: 403 });
    await somebody.sees('Explain');
  });
});

/** The boxes and fields of many people have the same labels. */
function nth(somebody, label, place) {
  return somebody.page.getByLabel(label, { exact: true }).nth(place);
}

function box(somebody, value) {
  return somebody.page.locator(`.picklist input[value$="${value}"]`);
}

/** Types until one choice is there and another is gone, and ticks it. */
async function choose(somebody, label, text, wanted, other) {
  await somebody.page.getByLabel(label, { exact: true }).pressSequentially(text);
  await box(somebody, other).waitFor({ state: 'detached' });
  await box(somebody, wanted).check();
}

function rows(text) {
  return text.trim().split(/\r?\n/).slice(1).map((line) => line.slice(1, -1).split('","'));
}
