// Fills a company with a little of everything, so that every page has something to show: also what nobody would write who
// means well.

/** Texts that pages must show as they are: markup, writing from right to left, letters of four bytes. */
export const HOSTILE = [
  `<script>alert('text is no markup')</script>`,
  `"><img src=x onerror=alert(1)>`,
  'שלום (1) עולם and more',
  '\u{1F5DD}\u{FE0F} 钥匙 \u{20BB7}',
];

/** More than the longest page of any list. */
const CROWD = 60;
const AT_ONCE = 10;

const STATEMENTS = (effect, action, resource = '*') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'one', Effect: effect, Action: action, Resource: resource }] });

/** Makes users, groups, policies, roles and keys of a company by its API. */
export async function furnish(company) {
  const call = (method, path, body) => company.call(method, `/api/v1/${path}`, body);
  const people = ['bob', 'carol', 'night-shift', '李雷', 'a.very.long.user.name.that.has.nothing.to.break.it@saltmarsh.example'];
  for (const [index, name] of people.entries()) {
    const words = HOSTILE[index % HOSTILE.length];
    await call('POST', 'users', { name, display_name: words, remarks: words, tags: { team: 'harbour' } });
  }
  await call('PATCH', 'users/night-shift', { enabled: false });
  await call('PATCH', 'users/bob/login-profile', { password: 'an otter under the bridge', must_reset: false });
  for (const user of ['bob', 'bob', 'carol']) await call('POST', `users/${user}/access-keys`);
  for (const [index, words] of HOSTILE.entries()) await call('POST', 'users/bob/api-keys', { name: `key ${index} ${words}`.slice(0, 60) });

  await call('POST', 'policies', { name: 'read-backups', document: STATEMENTS('Allow', 'iam:Get*'), description: HOSTILE[0] });
  await call('POST', 'policies/read-backups/versions', { document: STATEMENTS('Allow', ['iam:Get*', 'iam:List*']), set_default: true });
  await call('POST', 'policies', { name: 'no-deleting', document: STATEMENTS('Deny', 'iam:Delete*'), description: HOSTILE[2] });
  for (const name of ['operators', 'auditors']) await call('POST', 'groups', { name, remarks: HOSTILE[1] });
  for (const user of ['bob', 'carol', '李雷']) await call('PUT', `groups/operators/users/${encodeURIComponent(user)}`);
  await call('PUT', 'groups/operators/policies/read-backups');
  await call('PUT', 'users/carol/policies/no-deleting');
  await call('PUT', 'users/carol/inline-policies/own', { document: STATEMENTS('Allow', 'iam:ListUsers') });
  await call('PUT', 'users/bob/permissions-boundary', { policy: 'read-backups' });

  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'root' } }] };
  trust.Statement[0].Principal.AWS = (await call('GET', 'whoami')).account;
  await call('POST', 'roles', { name: 'deployer', trust_document: JSON.stringify(trust), description: HOSTILE[3] });
  await call('PUT', 'roles/deployer/policies/read-backups');
}

/** So many more of all that is listed that no list ends on its first page. */
export async function crowd(company) {
  const call = (method, path, body) => company.call(method, `/api/v1/${path}`, body);
  const document = STATEMENTS('Allow', 'iam:GetUser');
  const make = async (index) => {
    const number = String(index).padStart(2, '0');
    await call('POST', 'users', { name: `watch-${number}`, display_name: `Watch ${number} of the harbour`, tags: { team: 'harbour' } });
    await call('POST', 'groups', { name: `crew-${number}`, remarks: 'A crew of the harbour.' });
    await call('POST', 'policies', { name: `berth-${number}`, document, description: 'What is done at a berth.' });
  };
  for (let first = 1; first <= CROWD; first += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, offset) => make(first + offset)));
  }
}
