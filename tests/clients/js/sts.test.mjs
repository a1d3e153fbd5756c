// Temporary credentials by Baidu's own JavaScript client, and a program that works with some until they end.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { DATABASES, Server, eventually, installed } from '../../support/server.mjs';

const { STS } = installed('@baiducloud/sdk');
const PROGRAM = fileURLToPath(new URL('until_it_ends.mjs', import.meta.url));
const RUN_MS = 30_000;
const READING = {
  id: 'readers',
  accessControlList: [
    { eid: '1', service: 'bce:iam', region: '*', effect: 'Allow', resource: ['*'], permission: ['READ'] },
  ],
};

for (const { name, options, create } of DATABASES) {
  describe(`temporary credentials on ${name}`, options, () => {
    let database;
    let server;
    let root;

    before(async () => {
      database = await create();
      server = await Server.start({ database: database.url });
    });
    after(async () => {
      await server?.stop();
      await database?.drop();
    });

    test('a session does what its user may, until it ends by itself', async () => {
      root = await server.createAccount();
      const calls = inSession(server, await session(server, root, 2));
      await calls('POST', '/v1/user', { body: JSON.stringify({ name: 'alice' }) });
      assert.deepEqual(names(await calls('GET', '/v1/user')), ['alice']);
      const end = await eventually(10_000, () => refusal(calls('GET', '/v1/user')), (found) => found !== undefined);
      assert.deepEqual(end, { status: 403, code: 'AccessDenied', message: 'the session has expired or was ended' });
    });

    test('a document narrows a session even of root', async () => {
      root = await server.createAccount();
      const calls = inSession(server, await session(server, root, 60, READING));
      assert.deepEqual(names(await calls('GET', '/v1/user')), []);
      const refused = await refusal(calls('POST', '/v1/user', { body: JSON.stringify({ name: 'bob' }) }));
      assert.equal(refused.status, 403);
      assert.equal(refused.code, 'AccessDenied');
    });

    test('a wrong secret gets no session', async () => {
      root = await server.createAccount();
      const refused = await refusal(session(server, { ...root, sk: root.ak }, 60));
      assert.deepEqual([refused.status, refused.code], [400, 'SignatureDoesNotMatch']);
    });

    test('a program works with a session until it ends, and is told so', async () => {
      root = await server.createAccount();
      const { accessKeyId, secretAccessKey, sessionToken } = await session(server, root, 2);
      const environment = {
        ...process.env,
        CLAVIGER_ENDPOINT: server.url,
        CLAVIGER_ACCESS_KEY_ID: accessKeyId,
        CLAVIGER_SECRET_ACCESS_KEY: secretAccessKey,
        CLAVIGER_SESSION_TOKEN: sessionToken,
      };
      const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { env: environment, timeout: RUN_MS });
      const said = JSON.parse(stdout);
      assert.ok(said.answered > 0, stdout);
      assert.deepEqual([said.account, said.status, said.code], [root.account, 403, 'ExpiredToken']);
    });
  });
}

async function session(server, { ak, sk }, seconds, document) {
  const sts = new STS({ endpoint: server.url, credentials: { ak, sk } });
  return (await sts.getSessionToken(seconds, document)).body;
}

/** Calls with a session's credentials, sent and signed by the SDK. */
function inSession(server, { accessKeyId, secretAccessKey, sessionToken }) {
  const credentials = { ak: accessKeyId, sk: secretAccessKey };
  const client = new STS({ endpoint: server.url, credentials, sessionToken });
  return (method, path, more = {}) => client.sendRequest(method, path, more);
}

function names(answer) {
  return answer.body.users.map((user) => user.name);
}

/** How the server refuses, as the SDK tells it; nothing where it does not. */
async function refusal(call) {
  try {
    await call;
    return undefined;
  } catch (error) {
    return { status: error.status_code, code: error.code, message: error.message };
  }
}
