// Chromium of this machine: one for each file of stories, and in it a fresh profile for each person.

import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

import { installed } from '../../support/server.mjs';

const { chromium } = installed('playwright-core');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const DESKTOP = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };
/** How long anything that a person waits for may take. */
const PATIENCE_MS = 10_000;

/** Starts Chromium. Whoever calls closes it. */
export function launch() {
  return chromium.launch({ executablePath: program(), args: FLAGS });
}

/**
 * A browser window with a profile of its own: no cookie, nothing cached, nothing remembered.
 * @param {import('./person.mjs').Wish} wish
 */
export async function profile(browser, baseURL, { language = 'en', dark = false, phone = false, script = true }) {
  const context = await browser.newContext({
    baseURL,
    locale: language,
    timezoneId: 'UTC',
    colorScheme: dark ? 'dark' : 'light',
    viewport: phone ? PHONE : DESKTOP,
    // Not `isMobile`: that shrinks a page which is too wide until it fits, and would hide what we look for.
    hasTouch: phone,
    deviceScaleFactor: phone ? 2 : 1,
    javaScriptEnabled: script,
    // Contrast is looked at while nothing moves.
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

function program() {
  const folders = (process.env.PATH ?? '').split(':');
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (!found) throw new Error(`none of ${NAMES.join(', ')} is on the path`);
  return found;
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
