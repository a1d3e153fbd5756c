// The real program as a process, for stories written in JavaScript; tests/clients/support.py is its twin.
//
// `cargo xtask test` sets CLAVIGER_BIN (the program under test), CLAVIGER_NODE_PACKAGES (the folder in which the stories'
// packages are installed) and, unless told not to, CLAVIGER_TEST_PG (a PostgreSQL server of our own) and CLAVIGER_PG_BIN
// (its client programs).

import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const START_MS = 30_000;
const STOP_MS = 30_000;
const COMMAND_MS = 30_000;
const READY = 'listening on ';
const run = promisify(execFile);
/** Lets what has come in meanwhile be dealt with. */
const turn = promisify(setImmediate);

/** Loads a package that the stories' lockfile names. Packages are not kept in the tree, so `import` does not find them. */
export const installed = createRequire(join(needed('CLAVIGER_NODE_PACKAGES'), 'package.json'));

/** The databases that a story runs on: options for `describe`, and the `url` of a new one (SQLite needs none). */
export const DATABASES = [
  { name: 'sqlite', options: {}, create: async () => ({ url: undefined, drop: async () => {} }) },
  {
    name: 'postgres',
    options: process.env.CLAVIGER_TEST_WITHOUT_POSTGRES ? { skip: 'NOT RUN: the stories on PostgreSQL' } : {},
    create: postgresDatabase,
  },
];

/** A running server with a data directory of its own. Made by `Server.start`, ended by `stop`. */
export class Server {
  /**
   * Starts `claviger serve` and waits until it is ready.
   * @param {{database?: string, arguments?: string[]}} [wish] the database's URL, and more arguments of `serve`
   */
  static async start(wish = {}) {
    const server = new Server();
    // Short, since the path of the admin socket has a limit of about a hundred bytes.
    server.data = await mkdtemp(join(tmpdir(), 'claviger-'));
    server.logFile = `${server.data}.log`;
    const words = ['serve', '--data', server.data, '--listen', '127.0.0.1:0'];
    if (wish.database) words.push('--database', wish.database);
    const log = openSync(server.logFile, 'w');
    server.process = spawn(needed('CLAVIGER_BIN'), [...words, ...(wish.arguments ?? [])], { stdio: ['ignore', 'pipe', log] });
    closeSync(log);
    server.ended = once(server.process, 'exit');
    /** All lines that the server has printed so far, without those of its log. */
    server.printed = [];
    try {
      server.url = await server.#ready();
    } catch (error) {
      server.process.kill('SIGKILL');
      await server.ended;
      await server.#remove();
      throw error;
    }
    return server;
  }

  /** A new account; gives the credentials of its root. */
  async createAccount(...words) {
    const said = JSON.parse(await this.operate('account', 'create', ...words, '--output', 'json'));
    return { account: said.account_id, ak: said.access_key_id, sk: said.secret_access_key };
  }

  /** Runs one of the operator's commands, which must succeed; gives what it prints. */
  async operate(...words) {
    const command = [...words, '--data', this.data];
    return (await run(needed('CLAVIGER_BIN'), command, { timeout: COMMAND_MS })).stdout;
  }

  /** What the server has logged so far. */
  log() {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Asks the server to end, and insists that it ends well. */
  async stop() {
    const limit = setTimeout(() => this.process.kill('SIGKILL'), STOP_MS);
    this.process.kill('SIGTERM');
    const [code, signal] = await this.ended;
    clearTimeout(limit);
    const log = this.log();
    await this.#remove();
    if (code !== 0) throw new Error(`serve: ${signal ?? `exit code ${code}`} after SIGTERM\n${log}`);
  }

  async #ready() {
    const lines = createInterface({ input: this.process.stdout });
    return new Promise((resolve, reject) => {
      const fail = (what) => reject(new Error(`serve ${what}: ${this.printed.join('\n')}\n${this.log()}`));
      const limit = setTimeout(() => fail(`is not ready after ${START_MS} ms`), START_MS);
      lines.on('line', (line) => {
        this.printed.push(line);
        if (!line.startsWith(READY)) return;
        clearTimeout(limit);
        resolve(line.slice(READY.length).trim());
      });
      lines.on('close', () => {
        clearTimeout(limit);
        fail('ended instead of listening');
      });
    });
  }

  async #remove() {
    await rm(this.data, { recursive: true, force: true });
    await rm(this.logFile, { force: true });
  }
}

/** Asks again and again until the answer is the wanted one. */
export async function eventually(deadlineMs, probe, isWanted) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (isWanted(found)) return found;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(found)} after ${deadlineMs} ms`);
    await turn();
  }
}

async function postgresDatabase() {
  const server = needed('CLAVIGER_TEST_PG');
  const name = `stories_${process.pid}_${randomBytes(4).toString('hex')}`;
  await psql(server, `CREATE DATABASE ${name}`);
  const url = `${server.slice(0, server.lastIndexOf('/'))}/${name}`;
  return { url, drop: () => psql(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function psql(server, statement) {
  const words = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', statement, server];
  await run(join(needed('CLAVIGER_PG_BIN'), 'psql'), words, { timeout: COMMAND_MS });
}

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the stories by \`cargo xtask test\``);
  return value;
}
