// Pictures of the console for the documents: written where `CLAVIGER_WRITE_PICTURES=1`, by `cargo xtask stories
// tests/browser pictures.test.mjs`. Else there is nothing to do.

import { picture, WANTED } from './support/pictures.mjs';
import { stories } from './support/story.mjs';

const PEOPLE = {
  bob: 'Bob Otter',
  carol: 'Carol Reed',
  dave: 'Dave Pier',
  'deploy-staging': 'Rolls out to staging',
  erin: 'Erin Marsh',
  'invoice-export': 'Exports invoices at night',
  'wang.fang': '王芳',
};
const SIGN_IN = ['bob', 'carol', 'erin', 'wang.fang'];
const INVOICES = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["bos:GetObject", "bos:ListObject"],
      "Resource": "crn:bos:*:*:invoices-2026/*"
    }
  ]
}`;

if (WANTED) {
  stories('Pictures', {}, (story) => {
    story('the pages that the documents show', async ({ company, person }) => {
      await fill(company);
      for (const dark of [false, true]) {
        const alice = await person({ dark, axe: false });
        const take = (name) => picture(alice, `${name}-${dark ? 'dark' : 'light'}`);
        await alice.signIn(company.administrator);
        await take('overview');
        await alice.go('/users');
        await take('users');
        await alice.go('/new/policy/document');
        await alice.fill('Name', 'invoices-read');
        await alice.fill('Policy document', INVOICES);
        await alice.sees('Did you mean bos:ListObjects?');
        await take('policy');
        await alice.go('/explain?principal=wang.fang&action=bos:GetObject&resource=crn:bos:::invoices-2026/november.pdf');
        await alice.sees('Smallest change');
        await take('explain');
      }
    });
  });
}

/** A company at work. */
async function fill(company) {
  const call = (method, path, body) => company.call(method, `/api/v1/${path}`, body);
  for (const [name, called] of Object.entries(PEOPLE)) await call('POST', 'users', { name, display_name: called });
  for (const name of SIGN_IN) await call('PATCH', `users/${name}/login-profile`, { password: 'geese over the dunes', must_reset: false });
  for (const name of ['deploy-staging', 'invoice-export']) await call('POST', `users/${name}/access-keys`);
  for (const name of ['operators', 'auditors']) await call('POST', 'groups', { name });
  for (const name of ['bob', 'carol']) await call('PUT', `groups/operators/users/${name}`);
  await call('PUT', 'groups/auditors/users/erin');
  await call('PUT', 'groups/auditors/policies/ReadOnlyAccess');
  await call('PATCH', 'users/dave', { enabled: false });
  const document = INVOICES.replace('bos:ListObject', 'bos:PutObject');
  await call('POST', 'policies', { name: 'invoices-write', document, description: 'Puts invoices where they belong.' });
  await call('PUT', 'groups/operators/policies/invoices-write');
}
