// A program as a service has it: works with the temporary credentials of its environment until they end, and says what it
// saw.

import { signed } from '../../support/sign.mjs';

const LIMIT_MS = 20_000;

const url = `${process.env.CLAVIGER_ENDPOINT}/api/v1/whoami`;
const key = {
  ak: process.env.CLAVIGER_ACCESS_KEY_ID,
  sk: process.env.CLAVIGER_SECRET_ACCESS_KEY,
  token: process.env.CLAVIGER_SESSION_TOKEN,
};
const end = Date.now() + LIMIT_MS;
let answered = 0;
let account;
for (;;) {
  const answer = await fetch(url, { headers: signed(key, 'GET', url) });
  const body = await answer.json();
  if (!answer.ok) {
    console.log(JSON.stringify({ answered, account, status: answer.status, code: body.code }));
    break;
  }
  answered += 1;
  account = body.account;
  if (Date.now() > end) throw new Error(`the session is still good after ${LIMIT_MS} ms`);
}
