// Roles: trusted by a form or a document, given what they may do, and taken away again.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

const line = (person, number, kind, name) => Promise.all([
  person.choose(`Kind of line ${number}`, kind),
  person.fill(`Name in line ${number}`, name),
]);

stories('Roles', {}, (story) => {
  story('a role is made: first whom it trusts, then its name and what it may do', async ({ company, person }) => {
    await company.call('POST', '/api/v1/users', { name: 'carol' });
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/roles');
    await alice.sees('No roles yet');
    await alice.page.getByRole('link', { name: 'Create role' }).first().click();
    await alice.page.getByRole('heading', { name: 'Create role' }).waitFor();
    await alice.submit('Next', { status: 422 });
    await alice.sees('Nobody yet: name who may assume the role.');
    await line(alice, 1, 'User', 'carol');
    await line(alice, 2, 'Account', '418812345678');
    await alice.fill('External ID optional', 'ticket 42');
    // While one types, the document and its meaning follow.
    await alice.sees('"sts:ExternalId"', 'Account 418812345678');
    await alice.submit('Next');
    await alice.fill('Name', 'deploy');
    await alice.fill('Description', 'Brings a release to production');
    await alice.choose('Longest session', '2 hours');
    await alice.fill('Find a policy', 'AdministratorAccess');
    await alice.submit('Search');
    assert.equal(await alice.valueOf('Name'), 'deploy');
    await alice.page.locator('[name=policy]').first().check({ force: true });
    await alice.submit('Create role');
    await alice.sees('deploy created.', '2 hours', '1 policy');
    assert.equal(alice.path, '/roles/deploy');
    const role = await company.call('GET', '/api/v1/roles/deploy');
    assert.equal(role.max_session_s, 7_200);
    assert.match(role.trust_document, /user\/carol/);
  });

  story('its trust is changed in the form, and seen as a document', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/roles/deploy/trust');
    assert.equal(await alice.valueOf('Name in line 1'), 'carol');
    assert.equal(await alice.valueOf('External ID optional'), 'ticket 42');
    await alice.fill('Name in line 1', 'a name*');
    await alice.submit('Save trust', { status: 422 });
    await alice.sees('Correct the marked lines first.');
    await alice.fill('Name in line 1', 'nobody');
    await alice.submit('Save trust', { status: 422 });
    await alice.sees('which does not exist');
    await alice.fill('Name in line 1', 'alice');
    await alice.sees('user/alice');
    await alice.submit('Edit as document');
    const text = await alice.valueOf('Policy document');
    await alice.fill('Policy document', text.replace('"sts:AssumeRole"', '"sts:AsumeRole"'));
    await alice.sees('1 error');
    await alice.fill('Policy document', text.replace(/"sts:AssumeRole"/g, '"sts:AssumeRole", "sts:TagSession"'));
    await alice.sees('Nothing wrong');
    await alice.submit('Edit as form', { status: 422 });
    await alice.sees('This document says more than the form has room for.');
    await alice.submit('Save trust');
    await alice.sees('The trust of deploy is in force.', 'so it is shown as a document');
  });

  story('without script, in Chinese, on a phone', async ({ company, person }) => {
    const alice = await person({ script: false, language: 'zh-CN', phone: true });
    await alice.signIn(company.administrator);
    await alice.go('/new/role');
    await alice.page.locator('[name=everybody]').check({ force: true });
    await alice.submit('更多行');
    await alice.submit('下一步');
    await alice.fill('名称', 'audit');
    await alice.submit('创建角色');
    await alice.sees('已创建 audit。');
    for (const page of ['', '/permissions', '/trust', '/sessions', '/edit', '/tags', '/boundary', '/sessions/end', '/delete']) {
      await alice.go(`/roles/audit${page}`);
    }
    await alice.go('/roles?q=AUD');
    await alice.sees('audit');
    await alice.seesNone('deploy');
  });

  story('it is bounded, its sessions are ended, and it is deleted by its name', async ({ company, person }) => {
    const alice = await person({ dark: true });
    await alice.signIn(company.administrator);
    await alice.go('/roles/deploy/permissions');
    await alice.submit('Detach AdministratorAccess');
    await alice.sees('No policies yet');
    await alice.submit('Undo');
    await alice.page.getByRole('link', { name: 'Set boundary' }).click();
    await alice.page.getByRole('dialog').waitFor();
    await alice.fill('Policy', 'AdministratorAccess', { within: alice.page.getByRole('dialog') });
    await alice.submit('Set boundary', { within: alice.page.getByRole('dialog') });
    await alice.sees('deploy has a boundary now.');
    await alice.go('/roles/deploy/sessions');
    await alice.page.getByRole('link', { name: 'End all sessions…' }).click();
    await alice.submit('End all sessions', { within: alice.page.getByRole('dialog') });
    await alice.sees('Sessions that began before this moment count no more');
    await alice.go('/roles/deploy/tags');
    await alice.fill('Key of tag 1', 'stage');
    await alice.fill('Value of tag 1', 'prod');
    await alice.submit('Save');
    await alice.sees('stage = prod');
    await alice.go('/roles/deploy/edit');
    await alice.fill('Name', 'release');
    await alice.submit('Save');
    await alice.sees('release saved.');
    await alice.go('/roles/release/delete');
    await alice.submit('Delete role');
    await alice.sees('release deleted.');
  });
});
