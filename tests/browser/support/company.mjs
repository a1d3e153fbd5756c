// The company that stories are about: an account on a program of its own, and the ways to fill it without a browser.

import { Server, eventually } from '../../support/server.mjs';
import { signed } from '../../support/sign.mjs';
import { HOME, Person } from './person.mjs';

const ALIAS = 'saltmarsh';
const SETUP = /\S*(\/setup\/\S+)/;
const PRINT_MS = 10_000;

/** One account, called Saltmarsh, of which everything but its first administrator is the stories' to make. */
export class Company {
  /** Its alias, as the sign-in page takes it. */
  alias = ALIAS;
  /** The root user, who signs in by `signInAsRoot`. */
  root = { email: 'root@saltmarsh.example', password: 'the tide is out at seven' };
  /** The first administrator, for `signIn`. */
  administrator = { account: ALIAS, name: 'alice', password: 'four herons on the mud bank' };
  #server;
  #key;

  /** Starts a program with an empty store, and sets it up by its link unless `setUp` is false. */
  static async found(browser, { database, setUp = true, arguments: words = [] }) {
    const company = new Company();
    company.#server = await Server.start({ database, arguments: words });
    try {
      if (setUp) await company.#setUp(browser);
    } catch (error) {
      await company.close();
      throw error;
    }
    return company;
  }

  /** Where the console is. */
  get url() {
    return this.#server.url;
  }

  /** The path of the one-use link that the program prints at its first start. */
  async setupPath() {
    const find = async () => this.#server.printed.map((line) => SETUP.exec(line)?.[1]).find(Boolean);
    return eventually(PRINT_MS, find, (found) => found !== undefined);
  }

  /** What the program has logged. */
  log() {
    return this.#server.log();
  }

  /** Runs one of the operator's commands; gives what it prints. */
  operate(...words) {
    return this.#server.operate(...words);
  }

  /**
   * Calls the native API as root: the quick way to users and groups that a story only needs to be there.
   * @returns what is answered, or nothing; a refusal is an error
   */
  async call(method, path, body) {
    this.#key ??= await this.#rootKey();
    const url = this.url + path;
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = text ? { 'content-type': 'application/json' } : {};
    const sent = { method, headers: signed(this.#key, method, url, { headers, body: text }) };
    const answer = await fetch(url, text ? { ...sent, body: text } : sent);
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${said}`);
    return said ? JSON.parse(said) : undefined;
  }

  /** Makes a user who signs in with that password, and must change it at once if so wished; gives what `signIn` takes. */
  async hire(name, password, { mustReset = false } = {}) {
    await this.call('POST', '/api/v1/users', { name });
    const profile = `/api/v1/users/${encodeURIComponent(name)}/login-profile`;
    await this.call('PATCH', profile, { password, must_reset: mustReset });
    return { account: this.alias, name, password };
  }

  async close() {
    await this.#server.stop();
  }

  async #setUp(browser) {
    const person = await Person.arrive(browser, this.url, { axe: false });
    try {
      await this.walkSetUp(person);
    } finally {
      await person.leave();
    }
  }

  /** Fills in what the set-up link shows, and sends it. */
  async walkSetUp(person) {
    await person.go(await this.setupPath());
    const field = (name) => person.page.locator(`[name=${name}]`);
    await field('name').fill('Saltmarsh');
    await field('alias').fill(this.alias);
    await field('email').fill(this.root.email);
    await field('rootpw').fill(this.root.password);
    await field('admin').fill(this.administrator.name);
    await person.tick('Type one');
    await field('adminpw').fill(this.administrator.password);
    await person.submit('Create account and sign in', { status: HOME });
  }

  async #rootKey() {
    const [line] = (await this.operate('account', 'list', '--output', 'json')).split('\n');
    const { account_id: account } = JSON.parse(line);
    const said = JSON.parse(await this.operate('account', 'root-key', 'create', account, '--output', 'json'));
    return { ak: said.access_key_id, sk: said.secret_access_key };
  }
}
