// Somebody with a browser. What a person does is named as a person would say it; every page that comes of it is checked.

import assert from 'node:assert/strict';

import { problems } from './checks.mjs';
import { profile } from './chromium.mjs';
import { Watch } from './watch.mjs';

/** What `/` answers, where everybody comes first. */
export const HOME = 200;
/** The button that signs in, whatever its language. */
const SIGN_IN = (page) => page.locator('form[action="/signin"] button.main');

/**
 * @typedef {object} Wish how somebody looks at the console
 * @property {string} [language] what the browser asks for: `en` (the default) or `zh-CN`
 * @property {boolean} [dark] the dark theme of the system
 * @property {boolean} [phone] a window of 390 px instead of 1360 px
 * @property {boolean} [script] `false`: without JavaScript
 * @property {boolean} [axe] `false`: pages are checked, but not by axe (a second of two cores each)
 */

/** Made by a story's `person(wish)`; ended with the story. */
export class Person {
  /** Playwright's own page, for all that has no word here. After it, `look()` checks what came of it. */
  page;
  #context;
  #wish;
  #watch;

  static async arrive(browser, url, wish = {}) {
    const person = new Person();
    person.#wish = { script: true, axe: true, ...wish };
    person.#context = await profile(browser, url, wish);
    person.page = await person.#context.newPage();
    person.#watch = new Watch(person.page);
    return person;
  }

  /** Path and query of the page that is open. */
  get path() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  /** The last page's answer: `status`, `headers`, `url`. */
  get answer() {
    return this.#watch.document;
  }

  /** Opens an address of the console. A refusal is a failure unless `status` says that it is wanted. */
  async go(path, { status = 200 } = {}) {
    await this.page.goto(path);
    await this.look({ status });
  }

  /** Clicks the link with these words, and looks at the page that it leads to. */
  async follow(words, { status = 200, within = this.page } = {}) {
    await this.#leave(within.getByRole('link', { name: words, exact: true }), status);
  }

  /** Clicks the button with these words, which sends a form, and looks at what is answered. */
  async submit(words, { status = 200, within = this.page } = {}) {
    await this.#leave(within.getByRole('button', { name: words, exact: true }), status);
  }

  /** Clicks a button, a menu or a tab that leaves nothing: script or the browser answers it. */
  async press(words, { within = this.page } = {}) {
    const named = { name: words, exact: true };
    const roles = ['button', 'tab', 'menuitem'].map((role) => within.getByRole(role, named));
    // A `summary` has no role that is the same everywhere.
    const summary = within.locator('summary').filter({ hasText: words }).or(within.locator(`summary[aria-label="${words}"]`));
    await roles.reduce((either, one) => either.or(one), summary).first().click();
    await this.look();
  }

  /** Types into the field with that label. */
  async fill(label, text, { within = this.page } = {}) {
    // A group of choices may have the same label.
    await within.getByLabel(label, { exact: true }).and(this.page.locator('input, textarea')).fill(text);
  }

  /** Picks an option, by its words or its value, of the select with that label. */
  async choose(label, option, { within = this.page } = {}) {
    await within.getByLabel(label, { exact: true }).selectOption(option);
  }

  /** Ticks a box, or takes one of a few choices, by its label. */
  async tick(label, { within = this.page } = {}) {
    // The box itself may be drawn by its label, so that the label is what a person clicks.
    const box = within.getByLabel(label, { exact: true }).first();
    if (!(await box.isChecked())) await box.check({ force: true });
  }

  /** Takes the tick away. */
  async untick(label, { within = this.page } = {}) {
    await within.getByLabel(label, { exact: true }).first().uncheck({ force: true });
  }

  /** The row of a table, or the line of a list, with these words in it. */
  row(words) {
    return this.page.locator('tr, li').filter({ hasText: words }).first();
  }

  /** Waits until each of these texts is seen somewhere on the page. */
  async sees(...texts) {
    for (const text of texts) {
      await this.page.getByText(text).filter({ visible: true }).first().waitFor();
    }
  }

  /** Insists that none of these texts stands on the page. */
  async seesNone(...texts) {
    for (const text of texts) {
      assert.equal(await this.page.getByText(text).filter({ visible: true }).count(), 0, `\`${text}\` on ${this.path}`);
    }
  }

  /** The value of the field with that label. */
  async valueOf(label) {
    return this.page.getByLabel(label, { exact: true }).inputValue();
  }

  /** The words of the first heading. */
  async heading() {
    return (await this.page.locator('h1').innerText()).trim();
  }

  /** Clicks something that is answered by a file; gives its name and its text. */
  async download(words, { within = this.page, role = 'link' } = {}) {
    const coming = this.page.waitForEvent('download');
    await within.getByRole(role, { name: words, exact: true }).click();
    const file = await coming;
    const parts = [];
    for await (const part of await file.createReadStream()) parts.push(part);
    return { name: file.suggestedFilename(), text: Buffer.concat(parts).toString('utf8') };
  }

  /** Signs in as an IAM user; `status` is what the sign-in page answers where that is to fail, `at` the page it begins at. */
  async signIn({ account, name, password }, { status = HOME, at = '/signin' } = {}) {
    await this.go(at);
    const field = (of) => this.page.locator(`form[action="/signin"] [name=${of}]`);
    await field('account').fill(account);
    await field('user').fill(name);
    await field('password').fill(password);
    await this.#leave(SIGN_IN(this.page), status);
  }

  /** Signs in as the root user of an account. */
  async signInAsRoot({ email, password }, { status = HOME } = {}) {
    await this.go('/signin');
    await this.page.locator('[name=as][value=root]').check({ force: true });
    await this.page.locator('[name=email]').fill(email);
    await this.page.locator('[name=password]').fill(password);
    await this.#leave(SIGN_IN(this.page), status);
  }

  /** Signs out by the menu that has the person's name. */
  async signOut() {
    // Two clicks for a person; without script the menu opens just the same.
    const form = this.page.locator('form[action="/signout"]');
    await this.page.locator('details.menu').filter({ has: form }).locator('summary').click();
    await this.#leave(form.getByRole('button'), 200);
  }

  /** Goes back by the browser's own button; gives all that is seen then. */
  async back() {
    // What a form brought and nobody may keep is not there any more: the browser says so on a page of its own.
    const isGone = (error) => {
      if (!error.message.includes('ERR_CACHE_MISS')) throw error;
    };
    await this.page.goBack().catch(isGone);
    const words = await this.page.locator('body').innerText();
    await this.page.goForward().catch(isGone);
    this.#watch.take();
    return words;
  }

  /** Forgets the browser's cookies, as after closing it. */
  async forget() {
    await this.#context.clearCookies();
  }

  /** The cookies that the browser keeps. */
  cookies() {
    return this.#context.cookies();
  }

  /** Checks the page that is open. Every word above that brings a page does it by itself. */
  async look({ status } = {}) {
    await this.page.waitForLoadState('load');
    const found = this.#watch.take();
    const { status: answered, headers } = this.answer ?? {};
    if (status !== undefined && ![status].flat().includes(answered)) found.push(`answer ${answered} instead of ${status} (on ${this.path})`);
    if (headers?.['content-type']?.startsWith('text/html')) found.push(...(await problems(this.page, this.#wish)));
    else found.push(`no page, but ${headers?.['content-type']} (on ${this.path})`);
    found.push(...this.#watch.take());
    if (found.length > 0) throw new Error(`wrong with the page:\n${found.join('\n')}`);
  }

  /** What is there for whoever reads of a failure: a picture in `file`, and the page's words. */
  async evidence(file) {
    await this.page.screenshot({ path: file, fullPage: true });
    const words = await this.page.locator('body').innerText();
    return `at ${this.path}, picture ${file}, text:\n${words.replace(/\n\s*\n+/g, '\n').slice(0, 1_500)}`;
  }

  async leave() {
    await this.#context.close();
  }

  /** Clicks what brings another page, or has script fetch a part of one; then looks at it. */
  async #leave(what, status) {
    const isPart = (response) => response.request().method() !== 'GET' && !response.request().isNavigationRequest();
    const main = (frame) => frame === this.page.mainFrame();
    const arrival = Promise.any([
      this.page.waitForEvent('framenavigated', { predicate: main }),
      this.page.waitForEvent('response', { predicate: isPart }),
    ]).catch(() => {
      throw new Error(`nothing came of the click (on ${this.path})`);
    });
    await Promise.all([arrival, what.click()]);
    await this.look({ status });
  }
}
