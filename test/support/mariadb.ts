import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { findBinary, reportMissing } from './binaries.js';
import { asUser, discardTemplate, pristineDataDir, REDO_LOG, type MariadbBinaries } from './mariadb-template.js';
import { freePort } from './ports.js';
import { createPrivateProcess, type PrivateProcess } from './private-process.js';

export interface MariadbOptions {
  /** A folder to keep the data in after `stop`. Without it the data lives in a temporary folder and goes with the server. */
  dir?: string;
  /** Flush the log at every commit, so that `kill` loses nothing. Off by default because it is slow: `kill` may then lose a second. */
  durable?: boolean;
  /** Further arguments of the server. */
  args?: readonly string[];
}

export interface MariadbServer {
  readonly port: number;
  readonly pid: number | null;
  /** `mysql://root@127.0.0.1:PORT/db`; there is no password. */
  url(db: string): string;
  createDatabase(name: string): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  /** Ends the server for good. To play an outage use `kill` and `restart`. */
  stop(): Promise<void>;
  /** SIGKILL: what is left is what a crash leaves. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; a running server is shut down in good order first. */
  restart(): Promise<void>;
}

export function mariadbUrl(port: number, db: string): string {
  return `mysql://root@127.0.0.1:${port}/${db}`;
}

/** Runs one statement as root on a connection of its own. */
async function execute(port: number, statement: string): Promise<void> {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root', connectTimeout: 5_000 });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** Names go into statements unquoted by the driver, so only harmless ones pass. */
function checkedName(name: string): string {
  if (!/^\w{1,64}$/.test(name)) throw new Error(`Not a database name: ${name}`);
  return `\`${name}\``;
}

export async function createDatabase(port: number, name: string): Promise<void> {
  await execute(port, `CREATE DATABASE ${checkedName(name)} CHARACTER SET utf8mb4`);
}

export async function dropDatabase(port: number, name: string): Promise<void> {
  await execute(port, `DROP DATABASE IF EXISTS ${checkedName(name)}`);
}

function serverArguments(dataDir: string, port: number, { durable, args = [] }: MariadbOptions): string[] {
  return [
    '--no-defaults',
    ...asUser(),
    `--datadir=${dataDir}`,
    `--port=${port}`,
    '--skip-networking=0',
    '--bind-address=127.0.0.1',
    // Relative to the data folder: an absolute path may be longer than the 107 bytes a socket name can have.
    '--socket=mysqld.sock',
    '--pid-file=mysqld.pid',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--max-connections=300',
    '--performance-schema=OFF',
    '--innodb-buffer-pool-size=64M',
    '--aria-pagecache-buffer-size=8M',
    '--key-buffer-size=1M',
    REDO_LOG,
    '--innodb-fast-shutdown=1',
    `--innodb-flush-log-at-trx-commit=${durable === true ? 1 : 0}`,
    ...args,
  ];
}

async function launch(
  binaries: MariadbBinaries,
  dir: string,
  options: MariadbOptions,
): Promise<[number, PrivateProcess]> {
  const dataDir = join(dir, 'data');
  const fresh = !existsSync(dataDir);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = createPrivateProcess({
      command: binaries.server,
      args: serverArguments(dataDir, port, options),
      dir,
      removeDir: options.dir === undefined,
      probe: () => execute(port, 'DO 0'),
    });
    try {
      if (!existsSync(dataDir)) await pristineDataDir(binaries, dataDir);
      await server.start();
      return [port, server];
    } catch (error) {
      await server.dispose();
      if (attempt === 3) throw error;
      // Either the port was taken meanwhile or the cached installation is damaged: try with another of both.
      if (fresh) {
        await rm(dataDir, { recursive: true, force: true });
        if (attempt === 2) await discardTemplate(binaries);
      }
      await mkdir(dir, { recursive: true });
    }
  }
}

/** A MariaDB of one's own on 127.0.0.1, or null (with a loud word; an error under `CI=true`) where MariaDB is not installed. */
export async function startMariadb(options: MariadbOptions = {}): Promise<MariadbServer | null> {
  const server = findBinary('mariadbd');
  const installer = findBinary('mariadb-install-db');
  if (server === null || installer === null) {
    return reportMissing('mariadbd or mariadb-install-db', 'everything that needs MariaDB');
  }
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'countersign-mariadb-run-')));
  await mkdir(dir, { recursive: true });
  const [port, running] = await launch({ server, installer }, dir, options);
  let stopped = false;
  return {
    port,
    get pid() {
      return running.pid;
    },
    url: (db) => mariadbUrl(port, db),
    createDatabase: (name) => createDatabase(port, name),
    dropDatabase: (name) => dropDatabase(port, name),
    async stop() {
      stopped = true;
      // Data that is thrown away needs no orderly shutdown.
      if (options.dir !== undefined) await running.end('SIGTERM');
      await running.dispose();
    },
    kill: () => running.end('SIGKILL'),
    async restart() {
      if (stopped) throw new Error('This MariaDB was stopped for good.');
      await running.end('SIGTERM');
      await running.start();
    },
  };
}
