// Why something is denied, what would allow it, and that it does.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

const forbid = (action) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'never', Effect: 'Deny', Action: action, Resource: '*' }] });

stories('Explain', {}, (story) => {
  story('a denied page leads to why, and the smallest change to a page that is not denied', async ({ company, person }) => {
    const bob = await company.hire('bob', 'an otter under the bridge');
    const browser = await person();
    await browser.signIn(bob);
    await browser.go('/groups', { status: 403 });
    await browser.sees('You may not do this', 'iam:ListGroups is not allowed for bob');
    await browser.follow('Explain this');
    assert.equal(await browser.valueOf('Who'), 'bob');
    assert.equal(await browser.valueOf('Action'), 'iam:ListGroups');
    await browser.sees('Denied', 'No statement allows it.', 'Smallest change', 'Give bob a policy that says:');
    const document = await browser.page.locator('pre.code').innerText();
    assert.match(document, /"iam:ListGroups"/);

    const alice = await person({ axe: false });
    await alice.signIn(company.administrator);
    await alice.go('/new/policy/document');
    await alice.fill('Name', 'lists-groups');
    await alice.fill('Policy document', document);
    await alice.sees('Nothing wrong');
    await alice.submit('Create policy');
    await alice.go('/attach?policy=lists-groups&user=bob');
    await alice.submit('Add authorisation');

    await browser.go('/groups');
    await browser.sees('No groups yet');
  });

  story('what is allowed names the statement and the group that it comes through', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'carol' });
    await company.call('POST', '/api/v1/groups', { name: 'readers' });
    await company.call('PUT', '/api/v1/groups/readers/users/carol');
    await company.call('PUT', '/api/v1/groups/readers/policies/ReadOnlyAccess');
    const alice = await person({ script: false, language: 'zh-CN' });
    await alice.signIn(company.administrator);
    await alice.go('/users/carol');
    await alice.page.locator('.head a[href^="/explain"]').click();
    await alice.page.locator('[name=action]').fill('iam:GetUser');
    await alice.page.locator('[name=resource]').fill('user/alice');
    await alice.submit('诊断');
    await alice.sees('ReadOnlyAccess', /readers/);
    assert.match(await alice.page.locator('.verdict.ok h2').innerText(), /允许/);
  });

  story('a statement that forbids is named, with where it is taken away', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'dave' });
    await company.call('POST', '/api/v1/policies', { name: 'no-deleting', document: forbid('iam:Delete*') });
    for (const policy of ['AdministratorAccess', 'no-deleting']) await company.call('PUT', `/api/v1/users/dave/policies/${policy}`);
    const alice = await person({ phone: true, dark: true });
    await alice.signIn(company.administrator);
    await alice.go('/explain?principal=dave&action=iam:DeleteUser&resource=user/alice');
    await alice.sees('Denied', 'A statement forbids it, and a denial beats every allow.', 'Let this deny less, or take it away: Statement never of no-deleting');
    await alice.follow('Review');
    assert.equal(await alice.heading(), 'no-deleting');
  });

  story('what cannot be asked is told at its field, and nothing that was typed is lost', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    for (const [field, text, told] of [
      ['Who', 'nobody-of-this-name', 'There is nobody of this name in the account.'],
      ['Action', 'look', 'An action has a service and a name, with a colon between.'],
      ['Resource', 'crn:nonsense', 'Write it as crn:service:region:account:path, or as user/alice.'],
      ['From address', 'the harbour', 'This is not an address.'],
    ]) {
      await alice.go('/explain?principal=alice&action=iam:GetUser');
      await alice.fill(field, text);
      await alice.submit('Explain');
      await alice.sees(told);
      assert.equal(await alice.valueOf(field), text);
    }
  });
});
