// The checks of every page fail where they must: each is shown a page with one fault, and a page with none.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { launch } from './support/chromium.mjs';
import { Person } from './support/person.mjs';

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'";
const STYLE = 'body { margin: 0; color: #111; background: #fff } .wide { width: 500px } .pale { color: #ccc } .tall { height: 300px }';
const page = (main, head = '') => `<!doctype html><html lang="en"><head><title>A page</title>
  <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
  <link rel="stylesheet" href="/style.css">${head}</head><body><main><h1>A page</h1>${main}</main></body></html>`;
const script = (name) => `<script type="module" src="/${name}.js"></script>`;

const PAGES = {
  '/good': page('<p>All is well.</p><a href="/other">Another</a>'),
  '/other': page('<form method="post" action="/sent"><label for="a">Name</label><input id="a" name="a"><button>Send</button></form>'),
  '/sent': page('<p>Thank you.</p>'),
  '/inline-style': page('<p style="color: red">Styled by itself.</p>'),
  '/inline-script': page('<script>document.title = "x"</script>'),
  '/elsewhere': page('<img alt="A picture" src="http://127.0.0.1:1/x.png">'),
  '/axe': page('<input name="a">'),
  '/pale': page('<p class="pale">Hardly to be read.</p>'),
  '/error': page('', script('error')),
  '/dialog': page('', script('dialog')),
  '/throws': page('', script('throws')),
  '/lacks': page('<img alt="A picture" src="/nowhere.png">'),
  '/large': page(`<p>${'many words '.repeat(10_000)}</p>`),
  '/wide': page('<div class="wide">Wide</div>'),
  '/shifts': page('<div class="tall">Below</div>', script('shifts')),
  '/message': page('<p title="⟦users-title⟧">Text</p>'),
  '/headings': page('<h1>Another</h1>'),
};
const FILES = {
  '/style.css': ['text/css', STYLE],
  '/error.js': ['text/javascript', 'console.error("something is wrong")'],
  '/dialog.js': ['text/javascript', 'alert("got in")'],
  '/throws.js': ['text/javascript', 'throw new Error("thrown")'],
  '/shifts.js': [
    'text/javascript',
    'requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector("h1").classList.add("tall")))',
  ],
};
const PICTURE = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64');

describe('what is checked of every page', () => {
  let browser;
  let server;
  let url;

  before(async () => {
    browser = await launch();
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${server.address().port}`;
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  async function visit(wish, walk) {
    const person = await Person.arrive(browser, url, wish);
    try {
      return await walk(person);
    } finally {
      await person.leave();
    }
  }

  const fault = (path, words, wish = {}) =>
    test(`${path} fails: ${words.source}`, () =>
      visit({ axe: false, ...wish }, (person) => assert.rejects(person.go(path), (error) => words.test(error.message) || assert.fail(error.message))));

  for (const wish of [{}, { dark: true, phone: true, language: 'zh-CN' }, { script: false }]) {
    test(`a good page passes, and so does what comes of it: ${JSON.stringify(wish)}`, () =>
      visit(wish, async (person) => {
        await person.go('/good');
        await person.follow('Another');
        await person.fill('Name', 'alice');
        await person.submit('Send');
        await person.sees('Thank you.');
        await person.seesNone('All is well.');
        assert.equal(person.path, '/sent');
      }));
  }

  test('an answer of 400 and above passes just where it is wanted', () =>
    visit({}, async (person) => {
      await person.go('/refused', { status: 403 });
      await assert.rejects(person.go('/refused'), /answer 403 instead of 200/);
    }));

  fault('/inline-style', /Content Security Policy/);
  fault('/inline-script', /Content Security Policy/);
  fault('/inline-style', /Content Security Policy/, { script: false });
  fault('/elsewhere', /Content Security Policy/);
  fault('/no-policy', /no strict Content-Security-Policy/);
  fault('/axe', /axe: label/, { axe: true });
  fault('/pale', /axe: color-contrast/, { axe: true });
  fault('/error', /console: something is wrong/);
  fault('/dialog', /dialog: got in/);
  fault('/no-page', /no page, but application\/json/);
  fault('/throws', /exception: thrown/);
  fault('/lacks', /answer 404: GET .*nowhere\.png/);
  fault('/large', /size: 1\d{5} bytes/);
  fault('/wide', /width: scrolls sideways by 110 px.*class="wide"/, { phone: true });
  fault('/wide', /width: scrolls sideways/, { phone: true, script: false });
  fault('/shifts', /layout shift: 0\.\d+/);
  fault('/message', /message missing: ⟦users-title⟧/);
  fault('/message', /message missing/, { script: false });
  fault('/headings', /headings: 2/);
});

function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://127.0.0.1');
  if (pathname in FILES) {
    const [kind, text] = FILES[pathname];
    response.writeHead(200, { 'content-type': kind }).end(text);
  } else if (pathname === '/no-page') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  } else if (pathname.endsWith('.png')) {
    response.writeHead(404, { 'content-type': 'image/gif' }).end(PICTURE);
  } else {
    const policy = pathname === '/no-policy' ? {} : { 'content-security-policy': POLICY };
    const status = pathname === '/refused' ? 403 : 200;
    response.writeHead(status, { 'content-type': 'text/html;charset=utf-8', ...policy });
    response.end(PAGES[pathname] ?? PAGES['/good']);
  }
}
