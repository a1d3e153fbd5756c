// The first run: what the program prints at its first start leads to an account.

import assert from 'node:assert/strict';

import { HOME } from './support/person.mjs';
import { stories } from './support/story.mjs';

stories('The first run', { setUp: false, databases: ['sqlite', 'postgres'] }, (story) => {
  story('what is missing is told, and nothing that was typed is lost', async ({ company, person }) => {
    const alice = await person({ script: false });
    await alice.go(await company.setupPath());
    assert.equal(alice.path, '/setup', 'the token does not stay in the address');
    await alice.fill('Account name', 'Saltmarsh');
    await alice.fill('Account alias', 'no good alias');
    await alice.fill('E-mail', company.root.email);
    await alice.page.locator('[name=rootpw]').fill('password');
    await alice.page.locator('[name=admin]').fill('alice');
    await alice.submit('Create account and sign in', { status: 422 });
    await alice.sees(/needs? attention/);
    assert.equal(await alice.valueOf('Account name'), 'Saltmarsh');
    assert.equal(await alice.valueOf('Account alias'), 'no good alias');
  });

  story('sec_047 the link makes the account, once', async ({ company, person }) => {
    const alice = await person();
    await company.walkSetUp(alice);
    assert.equal(alice.path, '/');
    await alice.sees('Saltmarsh');
    const late = await person({ language: 'zh-CN', dark: true, phone: true });
    await late.go(await company.setupPath(), { status: 404 });
    assert.equal(late.path, '/setup');
  });

  story('root and the administrator sign in with what they chose', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    assert.equal(alice.path, '/');
    const root = await person();
    await root.signInAsRoot(company.root);
    assert.equal(root.path, '/');
  });
});

stories('The first run with a password that is made', { setUp: false }, (story) => {
  story('the password is shown once, and signs in to be changed', async ({ company, person }) => {
    const alice = await person();
    await alice.go(await company.setupPath());
    await alice.fill('Account name', 'Saltmarsh');
    await alice.fill('Account alias', company.alias);
    await alice.fill('E-mail', company.root.email);
    await alice.page.locator('[name=rootpw]').fill(company.root.password);
    await alice.page.locator('[name=admin]').fill('alice');
    await alice.submit('Create account and sign in');
    await alice.sees('Shown once');
    const [name, password] = await alice.page.locator('.secret dd code').allInnerTexts();
    assert.equal(name, 'alice');
    await alice.follow('I have saved them', { status: HOME });
    assert.equal(alice.path, '/');
    assert.ok(!(await alice.back()).includes(password));
    const again = await person();
    await again.signIn({ account: company.alias, name, password }, { status: 200 });
    assert.equal(again.path, '/password/new');
  });
});
