import { mkdtemp, mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary, reportMissing } from './binaries.js';
import { freePort } from './ports.js';
import { createPrivateProcess, type PrivateProcess } from './private-process.js';

export interface RedisOptions {
  /** Keep every write on disk, so that it outlives `kill` and `restart`. Without it a restarted Redis is empty. */
  appendonly?: boolean;
}

export interface RedisServer {
  readonly port: number;
  readonly pid: number | null;
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends the server for good. To play an outage use `kill` and `restart`. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Starts it again on the same port; a running server is shut down in good order first. */
  restart(): Promise<void>;
  /** Removes every key. */
  flush(): Promise<void>;
}

/**
 * Sends one inline command and expects a status reply (`+OK`). Done by hand because a client library would reconnect,
 * queue and retry, and hide the very state a test asks about.
 */
function command(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\n`));
    let reply = '';
    socket.setEncoding('utf8');
    socket.setTimeout(5_000, () => socket.destroy(new Error(`Redis did not answer ${line}.`)));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('Redis closed the connection.')));
    socket.on('data', (chunk: string) => {
      reply += chunk;
      if (!reply.includes('\r\n')) return;
      if (reply.startsWith('+')) resolve(reply.slice(1, reply.indexOf('\r\n')));
      else reject(new Error(`Redis answered ${reply.trim()}`));
      socket.destroy();
    });
  });
}

async function launch(binary: string, dir: string, options: RedisOptions): Promise<[number, PrivateProcess]> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = createPrivateProcess({
      command: binary,
      args: [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir],
        ...['--save', '', '--appendonly', options.appendonly === true ? 'yes' : 'no', '--appendfsync', 'always'],
        // Bull needs it: a queue that evicts keys loses jobs without a word.
        ...['--maxmemory-policy', 'noeviction', '--daemonize', 'no'],
      ],
      dir,
      removeDir: true,
      probe: () => command(port, 'PING'),
    });
    try {
      await server.start();
      return [port, server];
    } catch (error) {
      await server.dispose();
      if (attempt === 3) throw error;
      await mkdir(dir, { recursive: true });
    }
  }
}

/** A Redis of one's own on 127.0.0.1, or null (with a loud word; an error under `CI=true`) where Redis is not installed. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer | null> {
  const binary = findBinary('redis-server');
  if (binary === null) return reportMissing('redis-server', 'everything that needs Redis');
  const dir = await mkdtemp(join(tmpdir(), 'countersign-redis-run-'));
  const [port, running] = await launch(binary, dir, options);
  let stopped = false;
  return {
    port,
    get pid() {
      return running.pid;
    },
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      stopped = true;
      await running.dispose();
    },
    kill: () => running.end('SIGKILL'),
    async restart() {
      if (stopped) throw new Error('This Redis was stopped for good.');
      await running.end('SIGTERM');
      await running.start();
    },
    async flush() {
      await command(port, 'FLUSHALL');
    },
  };
}
