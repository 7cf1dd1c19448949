import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PrivateProcessOptions {
  command: string;
  args: readonly string[];
  /** Working folder; the output goes to `server.log` in it. */
  dir: string;
  /** Whether `dispose` (and the watchdog, should the tests crash) deletes `dir`. */
  removeDir: boolean;
  /** Rejects until the server answers. */
  probe: () => Promise<unknown>;
}

export interface PrivateProcess {
  readonly pid: number | null;
  /** Starts the server and waits until it answers. Throws with the end of its log when it exits or takes over 30 s. */
  start(): Promise<void>;
  /** Ends the running server and waits until it is gone; SIGKILL follows when it lingers for 10 s. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Kills whatever runs, lets the watchdog go and removes the folder if it is ours. */
  dispose(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const GRACE_MS = 10_000;

/**
 * The watchdog reads the pid to guard from its stdin. The pipe closes when the test process ends for whatever reason,
 * SIGKILL included; only then does the loop end, and the watchdog kills the server and removes its folder.
 */
const WATCHDOG = `
pid=
while read -r line; do pid=$line; done
[ -n "$pid" ] && kill -9 "$pid" 2>/dev/null
[ -n "$1" ] && sleep 1 && rm -rf -- "$1"
`;

function startWatchdog(dirToRemove: string): ChildProcess {
  // Detached: Ctrl-C reaches the whole foreground group and must not end the watchdog before its work is done.
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'watchdog', dirToRemove], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  watchdog.unref();
  const pipe = watchdog.stdin;
  pipe.on('error', () => undefined);
  // Neither the watchdog nor its pipe may keep a finished test run alive.
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  return watchdog;
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

export function createPrivateProcess(options: PrivateProcessOptions): PrivateProcess {
  const logFile = join(options.dir, 'server.log');
  const watchdog = startWatchdog(options.removeDir ? options.dir : '');
  let child: ChildProcess | null = null;

  const guard = (pid: number | null): void => {
    watchdog.stdin?.write(`${pid ?? ''}\n`);
  };

  const logTail = (): string => {
    try {
      return readFileSync(logFile, 'utf8').split('\n').slice(-25).join('\n');
    } catch {
      return '(no log)';
    }
  };

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null) return;
    if (!hasExited(ending)) {
      const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      ending.kill(signal);
      const lingering = setTimeout(() => ending.kill('SIGKILL'), GRACE_MS);
      await gone;
      clearTimeout(lingering);
    }
    // A pid may be given to another process once its owner is gone: never leave a dead one with the watchdog.
    guard(null);
  };

  const start = async (): Promise<void> => {
    if (child !== null) throw new Error(`${options.command} runs already.`);
    const log = openSync(logFile, 'a');
    const started = spawn(options.command, options.args, { cwd: options.dir, stdio: ['ignore', log, log] });
    closeSync(log);
    started.on('error', () => undefined);
    started.unref();
    child = started;
    guard(started.pid ?? null);

    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      if (started.pid === undefined || hasExited(started)) {
        child = null;
        guard(null);
        throw new Error(`${options.command} ended before it answered:\n${logTail()}`);
      }
      try {
        await options.probe();
        // An answer proves nothing when our server could not bind and a stranger holds the port.
        if (!hasExited(started)) return;
      } catch {
        if (Date.now() > deadline) {
          await end('SIGKILL');
          throw new Error(`${options.command} did not answer within ${READY_WITHIN_MS} ms:\n${logTail()}`);
        }
      }
      await sleep(25);
    }
  };

  return {
    get pid() {
      return child?.pid ?? null;
    },
    start,
    end,
    async dispose() {
      await end('SIGKILL');
      watchdog.kill('SIGKILL');
      if (options.removeDir) await rm(options.dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
