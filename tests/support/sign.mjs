// An AWS Signature Version 4 for our own API, with nothing but Node's own modules.

import { createHash, createHmac } from 'node:crypto';

/**
 * The headers of a signed request: those given, and what the signature adds.
 * @param {{ak: string, sk: string, token?: string}} key an access key, with a session's token if it is temporary
 */
export function signed({ ak, sk, token }, method, url, { headers = {}, body = '' } = {}) {
  const { host, pathname, searchParams } = new URL(url);
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${now.slice(0, 8)}/any/claviger/aws4_request`;
  const all = { ...headers, host, 'x-amz-date': now, ...(token && { 'x-amz-security-token': token }) };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${all[name]}\n`).join('');
  const query = [...searchParams].map((pair) => pair.map(encoded).join('=')).sort().join('&');
  // Encoded once more than it is sent, as for every service but one.
  const path = pathname.split('/').map(encoded).join('/');
  const canonical = `${method}\n${path}\n${query}\n${lines}\n${names.join(';')}\n${sha256(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${now}\n${scope}\n${sha256(canonical)}`;
  const secret = scope.split('/').reduce((secret, part) => hmac(secret, part).digest(), `AWS4${sk}`);
  const signature = hmac(secret, toSign).digest('hex');
  delete all.host; // `fetch` sends it by itself
  const authorization = `AWS4-HMAC-SHA256 Credential=${ak}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...all, authorization };
}

function encoded(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key, text) {
  return createHmac('sha256', key).update(text);
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}
