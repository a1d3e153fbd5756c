// Policies: made in three ways, written with help, compared, gone back to, and deleted.

import assert from 'node:assert/strict';

import { stories } from './support/story.mjs';

const READING = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Alow",
      "Action": ["bos:GetObject", "bos:ListObject"],
      "Resource": "crn:bos:*:*:invoices-2026/*"
    }
  ]
}`;

stories('Policies', {}, (story) => {
  story('errors are told while one types, and mended by a click', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/new/policy/document');
    await alice.fill('Name', 'InvoicesReadOnly');
    await alice.fill('Policy document', READING);
    await alice.sees('1 error', 'Did you mean Allow?');
    assert.equal(await alice.page.locator('.editor mark').innerText(), '"Alow"');
    await alice.press('Use it');
    await alice.sees('1 warning', 'Did you mean bos:ListObjects?', 'May use bos:GetObject');
    await alice.press('Use it');
    await alice.sees('Nothing wrong');
    assert.match(await alice.valueOf('Policy document'), /"Effect": "Allow",\n {6}"Action": \["bos:GetObject", "bos:ListObjects"\]/);
    await alice.submit('Create policy');
    await alice.sees('InvoicesReadOnly created.', 'attached to nobody');
    assert.equal(alice.path, '/policies/InvoicesReadOnly');
  });

  story('actions are completed from the catalogue, by keys alone', async ({ company, person }) => {
    const alice = await person({ axe: false });
    await alice.signIn(company.administrator);
    await alice.go('/new/policy/document');
    const area = alice.page.getByLabel('Policy document', { exact: true });
    await area.fill('{"Statement": [{"Effect": "Allow", "Action": "bos:GetObj", "Resource": "*"}]}');
    await area.evaluate((field) => { const at = field.value.indexOf('GetObj') + 6; field.setSelectionRange(at, at); });
    await alice.page.keyboard.press('Control+Space');
    await alice.page.getByRole('option', { name: /bos:GetObjectMeta/ }).waitFor();
    await alice.page.keyboard.press('ArrowDown');
    await alice.page.keyboard.press('Enter');
    assert.match(await area.inputValue(), /"Action": "bos:GetObject[A-Z]\w+"/);
    // Tab writes; after Escape it leaves.
    await alice.page.keyboard.press('Tab');
    assert.ok(await area.evaluate((field) => field === document.activeElement));
    await alice.page.keyboard.press('Escape');
    await alice.page.keyboard.press('Tab');
    assert.ok(await area.evaluate((field) => field !== document.activeElement));
  });

  story('a document becomes a version, is compared, and is gone back from', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/policies/InvoicesReadOnly/document');
    const text = await alice.valueOf('Policy document');
    await alice.fill('Policy document', text.replace('"Allow"', '"Deny"'));
    await alice.sees('May never use bos:GetObject');
    await alice.submit('Save as version 2');
    await alice.sees('the new version is in force', 'Version 1 → 2', '"Effect": "Deny",');
    await alice.follow('Compare');
    await alice.page.getByRole('link', { name: 'Roll back…' }).click();
    await alice.page.getByRole('dialog').waitFor();
    await alice.look();
    await alice.submit('Roll back', { within: alice.page.getByRole('dialog') });
    await alice.sees('Version 1 is in force.');
    await alice.go('/policies/InvoicesReadOnly');
    await alice.sees('May use bos:GetObject');
  });

  story('a policy is built from lists, and read as a document', async ({ company, person }) => {
    const alice = await person();
    await alice.signIn(company.administrator);
    await alice.go('/new/policy/builder');
    await alice.fill('Name', 'FunctionsFromOffice');
    await alice.choose('Service', 'fc');
    await alice.sees('May read and list in Fc on everything');
    await alice.tick('One by one');
    await alice.page.locator('[value=InvokeFunction]').check();
    await alice.press('function');
    await alice.page.getByLabel('Resource 1', { exact: true }).fill('crn:fc:*:*:function/invoice-*');
    await alice.press('Add condition');
    await alice.fill('Values, with commas between them', '203.0.113.0/24');
    await alice.sees('May use fc:InvokeFunction on function function/invoice-*', 'only if the source address is in 203.0.113.0/24');
    await alice.submit('Edit document');
    assert.match(await alice.valueOf('Policy document'), /"IpAddress": \{\s*"claviger:SourceIp": "203.0.113.0\/24"/);
    assert.equal(await alice.valueOf('Name'), 'FunctionsFromOffice');
    await alice.submit('Show in the builder');
    await alice.submit('Create policy');
    await alice.sees('FunctionsFromOffice created.');
  });

  story('a policy is made by tag', async ({ company, person }) => {
    const alice = await person({ phone: true });
    await alice.signIn(company.administrator);
    await alice.go('/new/policy/tag');
    await alice.fill('Name', 'TestStage');
    await alice.fill('Key 1', 'stage');
    await alice.fill('Values of key 1', 'test, dev');
    await alice.tick('bos: Read');
    await alice.sees('May read in Bos on everything', 'only if the resource’s tag stage is test or dev');
    await alice.submit('Create policy');
    await alice.sees('TestStage created.');
  });

  story('all three ways go without script', async ({ company, person }) => {
    const alice = await person({ script: false });
    await alice.signIn(company.administrator);
    await alice.go('/new/policy/document');
    await alice.fill('Name', 'Plain');
    await alice.fill('Policy document', READING);
    await alice.submit('Check');
    await alice.sees('Did you mean Allow?');
    await alice.submit('Use it');
    await alice.submit('Use it');
    await alice.submit('Format');
    await alice.sees('Nothing wrong');
    await alice.submit('Create policy');
    assert.equal(alice.path, '/policies/Plain');
    await alice.go('/new/policy/builder');
    await alice.fill('Name', 'PlainBuilt');
    await alice.submit('Add condition');
    await alice.fill('Values, with commas between them', 'nowhere');
    await alice.submit('Create policy', { status: 422 });
    await alice.sees('Correct what is marked before saving.');
    await alice.fill('Values, with commas between them', '::1');
    await alice.submit('Create policy');
    assert.equal(alice.path, '/policies/PlainBuilt');
    await alice.go('/new/policy/tag');
    await alice.fill('Name', 'PlainTagged');
    await alice.submit('Create policy', { status: 422 });
    await alice.sees('Name a tag and its value.');
    await alice.fill('Key 1', 'stage');
    await alice.fill('Values of key 1', 'test');
    await alice.tick('fc: Everything');
    await alice.submit('Create policy');
    assert.equal(alice.path, '/policies/PlainTagged');
  });

  story('what deleting breaks is said first', async ({ company, person }) => {
    for (const name of ['bob', 'carol']) {
      await company.call('POST', '/api/v1/users', { name });
      await company.call('PUT', `/api/v1/users/${name}/policies/InvoicesReadOnly`);
    }
    const alice = await person({ language: 'zh-CN', dark: true });
    await alice.signIn(company.administrator);
    await alice.go('/policies?kind=custom&use=attached');
    await alice.sees('InvoicesReadOnly');
    await alice.seesNone('TestStage');
    await alice.go('/policies/InvoicesReadOnly/delete');
    await alice.sees('以下对象将失去该策略授予的权限', 'bob', 'carol');
    await alice.fill('输入 InvoicesReadOnly 以确认', 'Invoices');
    await alice.submit('删除策略', { status: 422 });
    await alice.sees('名称不一致。');
    await alice.fill('输入 InvoicesReadOnly 以确认', 'InvoicesReadOnly');
    await alice.submit('删除策略');
    await alice.sees('已删除 InvoicesReadOnly。');
  });

  story('every page of a policy is in both languages, light and dark, wide and narrow', async ({ company, person }) => {
    for (const wish of [{}, { language: 'zh-CN', dark: true }, { phone: true, dark: true }]) {
      const somebody = await person(wish);
      await somebody.signIn(company.administrator);
      for (const path of ['', '/builder', '/document', '/versions', '/attached', '/edit', '/delete']) {
        await somebody.go(`/policies/FunctionsFromOffice${path}`);
      }
      for (const path of ['/policies', '/policies?q=nothing+like+it', '/policies/system:AdministratorAccess', '/new/policy']) {
        await somebody.go(path);
      }
    }
  });
});
