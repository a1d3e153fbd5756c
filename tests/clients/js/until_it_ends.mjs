// A program as a service would write it: works with the temporary credentials of its environment until they end, and
// says what it saw. It signs by AWS Signature Version 4 with nothing but Node's own modules.

import { createHash, createHmac } from 'node:crypto';

const LIMIT_MS = 20_000;
const PATH = '/api/v1/whoami';

const endpoint = process.env.CLAVIGER_ENDPOINT;
const end = Date.now() + LIMIT_MS;
let answered = 0;
let account;
for (;;) {
  const answer = await fetch(endpoint + PATH, { headers: signed('GET', PATH) });
  const body = await answer.json();
  if (!answer.ok) {
    console.log(JSON.stringify({ answered, account, status: answer.status, code: body.code }));
    break;
  }
  answered += 1;
  account = body.account;
  if (Date.now() > end) throw new Error(`the session is still good after ${LIMIT_MS} ms`);
}

function signed(method, path) {
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${now.slice(0, 8)}/any/claviger/aws4_request`;
  const headers = {
    host: new URL(endpoint).host,
    'x-amz-date': now,
    'x-amz-security-token': process.env.CLAVIGER_SESSION_TOKEN,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = `${method}\n${path}\n\n${lines}\n${names.join(';')}\n${sha256('')}`;
  const toSign = `AWS4-HMAC-SHA256\n${now}\n${scope}\n${sha256(canonical)}`;
  const secret = `AWS4${process.env.CLAVIGER_SECRET_ACCESS_KEY}`;
  const key = scope.split('/').reduce((key, part) => hmac(key, part).digest(), secret);
  const credential = `Credential=${process.env.CLAVIGER_ACCESS_KEY_ID}/${scope}`;
  const signature = hmac(key, toSign).digest('hex');
  const { host, ...sent } = headers; // fetch sends the host by itself
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

function hmac(key, text) {
  return createHmac('sha256', key).update(text);
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}
