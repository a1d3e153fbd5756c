// What holds for the whole account, and what people look after for themselves.

import assert from 'node:assert/strict';

import { HOME } from './support/person.mjs';
import { stories } from './support/story.mjs';

const NEW = 'New password';

stories('Settings', {}, (story) => {
  story('a rule that is changed judges the next password, while it is typed and when it is sent', async ({ company, person }) => {
    const bob = await company.hire('bob', 'an otter under the bridge');
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/settings');
    await alice.sees('A new password has at least 8 characters.');
    await alice.fill('Shortest length', '7');
    await alice.fill('Hours in any case', '');
    await alice.submit('Save settings', { status: 422 });
    await alice.sees('2 fields need attention');
    assert.equal(await alice.valueOf('Shortest length'), '7', 'what was typed stays');
    await alice.sees('A new password has at least 8 characters.');
    await alice.fill('Shortest length', '14');
    await alice.fill('Hours in any case', '12');
    await alice.tick('a digit');
    await alice.submit('Save settings');
    await alice.sees('The settings were saved.', 'A new password has at least 14 characters. It has a digit.');

    const browser = await person();
    await browser.signIn(bob);
    await browser.go('/me/security');
    await browser.follow('Change password');
    await browser.sees('14 to 128 characters', 'A digit');
    const rule = (words) => browser.page.locator('#rules li').filter({ hasText: words });
    await browser.fill(NEW, 'herons 7');
    await rule('A digit').locator('svg.ok').waitFor();
    await rule('14 to 128 characters').locator('svg.bad').waitFor();
    await browser.fill(NEW, 'seven herons on 7 posts');
    await rule('14 to 128 characters').locator('svg.ok').waitFor();
    await browser.look();
    await browser.fill('Current password', bob.password);
    await browser.fill(NEW, 'herons on the posts');
    await browser.fill('New password again', 'herons on the posts');
    await browser.submit('Set password', { status: 422 });
    await browser.sees('It needs a digit.');
    await browser.fill('Current password', bob.password);
    await browser.fill(NEW, 'seven herons on 7 posts');
    await browser.fill('New password again', 'seven herons on 7 posts');
    await browser.submit('Set password', { status: HOME });
    await browser.sees('Your password was set.');

    await alice.fill('Shortest length', '8');
    await alice.untick('a digit');
    await alice.submit('Save settings');
    await alice.sees('Any characters will do.');
  });

  story('two who change the settings at once: the second is told', async ({ company, person }) => {
    const [one, two] = [await person({ axe: false }), await person({ axe: false, script: false })];
    for (const somebody of [one, two]) {
      await somebody.signIn(company.administrator);
      await somebody.go('/settings');
    }
    await one.fill('May not repeat the last', '3');
    await one.submit('Save settings');
    await two.fill('May not repeat the last', '4');
    await two.submit('Save settings', { status: 409 });
    assert.equal(await two.valueOf('May not repeat the last'), '4');
    await two.sees('It is none of the last 3.');
    await two.submit('Save settings');
    await two.sees('It is none of the last 4.');
  });

  story('sec_045 a session that is ended elsewhere is out at its next click', async ({ company, person }) => {
    const carol = await company.hire('carol', 'the lamp on the east pier');
    const [here, there, phone] = [await person(), await person({ script: false }), await person({ phone: true })];
    for (const browser of [here, there, phone]) await browser.signIn(carol);
    await here.go('/me/security');
    assert.equal(await here.page.locator('main .list li').count(), 3);
    await here.sees('This one');
    await here.page.locator('main .list li').getByRole('button', { name: 'End' }).first().click();
    await here.sees('The session was ended.');
    assert.equal(await here.page.locator('main .list li').count(), 2);
    await here.submit('Sign out everywhere else');
    await here.sees('All your other sessions were ended.');
    for (const browser of [there, phone]) {
      await browser.go('/me/security');
      assert.match(browser.path, /^\/signin/);
    }
    await phone.signIn(carol);
    await phone.go('/me/security');
    await phone.submit('Sign out everywhere');
    assert.match(phone.path, /^\/signin/);
    await here.go('/me/keys');
    assert.match(here.path, /^\/signin/);
  });

  story('an administrator puts out one, all of a user, and everybody', async ({ company, person }) => {
    const dora = await company.hire('dora', 'geese over the dunes');
    const [alice, first, second] = [await person(), await person({ axe: false }), await person({ axe: false })];
    await alice.signIn(company.administrator);
    for (const browser of [first, second]) await browser.signIn(dora);
    await alice.go('/settings');
    await alice.follow('Sessions', { within: alice.page.locator('nav.tabs') });
    const doras = () => alice.page.locator('tbody tr').filter({ hasText: 'dora' });
    assert.equal(await doras().count(), 2);
    await doras().first().locator('summary').click();
    await alice.submit('End this session', { within: doras().first() });
    assert.equal(await doras().count(), 1);
    await doras().first().locator('summary').click();
    await alice.submit('End all of dora', { within: doras().first() });
    await alice.sees('All sessions of dora were ended.');
    for (const browser of [first, second]) {
      await browser.go('/me/security');
      assert.match(browser.path, /^\/signin/);
      await browser.signIn(dora);
    }
    await alice.page.getByRole('link', { name: 'End everybody’s' }).click();
    await alice.sees('Sign everybody out?');
    await alice.submit('Sign everybody out', { within: alice.page.locator('dialog') });
    await alice.sees('Everybody else was signed out.');
    assert.equal(await alice.page.locator('tbody tr').count(), 1);
    await first.go('/me/security');
    assert.match(first.path, /^\/signin/);
  });

  story('an alias that is changed kills the old sign-in link', async ({ company, person }) => {
    const erin = await company.hire('erin', 'a boat with a red sail');
    const root = await person({ language: 'zh-CN' });
    await root.signInAsRoot(company.root);
    await root.go('/settings/account');
    const alias = root.page.locator('[name=alias]');
    await alias.fill('No Alias');
    await root.submit('保存别名', { status: 422 });
    await root.sees('账号别名：须有 3 到 63 个小写字母、数字和连字符。');
    assert.equal(await alias.inputValue(), 'No Alias');
    await alias.fill('mudbank');
    await root.submit('保存别名');
    await root.sees('别名现为 mudbank。');
    const link = await root.page.locator('code').filter({ hasText: '/signin/' }).first().innerText();
    assert.match(link, /\/signin\/mudbank$/);
    const browser = await person({ axe: false });
    await browser.signIn(erin, { status: 401 });
    await browser.signIn({ ...erin, account: 'mudbank' }, { at: new URL(link).pathname });
    await root.page.getByRole('link', { name: '移除别名…' }).click();
    await root.sees('移除别名“mudbank”？');
    await root.submit('移除别名', { within: root.page.locator('dialog') });
    await root.sees('别名已移除。');
    await alias.fill(company.alias);
    await root.submit('保存别名');
  });

  story('an identity provider is set, switched and deleted', async ({ company, person }) => {
    for (const wish of [{}, { script: false, language: 'zh-CN', axe: false }]) {
      const alice = await person(wish);
      await alice.signIn(company.administrator);
      await alice.go('/identity-providers');
      const said = wish.language
        ? { set: '设置身份提供商', save: '保存身份提供商', on: '启用', isOn: '已启用', remove: '删除', sure: '删除身份提供商', gone: '没有身份提供商', edit: '编辑' }
        : { set: 'Set identity provider', save: 'Save identity provider', on: 'Enable', isOn: 'On', remove: 'Delete', sure: 'Delete identity provider', gone: 'No identity provider', edit: 'Edit' };
      await alice.follow(said.set);
      await alice.page.locator('[name=metadata]').fill('<EntityDescriptor>\n</EntityDescriptor>');
      await alice.page.locator('[name=domain]').fill('a\u{202E}b');
      await alice.submit(said.save, { status: 422 });
      await alice.page.locator('[name=domain]').fill('example.com');
      await alice.submit(said.save);
      await alice.sees('example.com');
      await alice.submit(said.on);
      await alice.sees(said.isOn);
      await alice.follow(said.edit);
      assert.equal(await alice.page.locator('[name=metadata]').inputValue(), '<EntityDescriptor>\n</EntityDescriptor>');
      await alice.go('/identity-providers/delete');
      await alice.submit(said.sure);
      await alice.sees(said.gone);
    }
  });

  story('whoever may not look is told so, and everybody sees to themselves', async ({ company, person }) => {
    const frank = await company.hire('frank', 'seven knots and a fair wind');
    const browser = await person({ dark: true, phone: true });
    await browser.signIn(frank);
    for (const path of ['/settings', '/settings/account', '/settings/sessions', '/identity-providers']) {
      await browser.go(path, { status: 403 });
      await browser.sees('You may not do this');
    }
    await browser.go('/me/security');
    await browser.go('/password/new');
  });
});
