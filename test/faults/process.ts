import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/ports.js';
import { createPrivateProcess } from '../support/private-process.js';

const SHIFTED_CLOCK = fileURLToPath(new URL('./shifted-clock.mjs', import.meta.url));

/** One of the installation's own processes, on a port that it keeps. */
export interface ServiceProcess {
  readonly url: string;
  start(shiftSeconds?: number): Promise<void>;
  kill(): Promise<void>;
  dispose(): Promise<void>;
}

/** @param entry the built file to run */
export async function serviceProcess(entry: string, env: Record<string, string>): Promise<ServiceProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  let running: ReturnType<typeof createPrivateProcess> | null = null;

  const start = async (shiftSeconds = 0): Promise<void> => {
    const settings = { ...env, PORT: String(port), CLOCK_SHIFT_SECONDS: String(shiftSeconds) };
    const shift = shiftSeconds === 0 ? [] : ['--import', SHIFTED_CLOCK];
    running = createPrivateProcess({
      // `env` becomes the process that it starts, so that its id is the one to kill.
      command: '/usr/bin/env',
      args: [...Object.entries(settings).map((pair) => pair.join('=')), process.execPath, ...shift, entry],
      dir: mkdtempSync(join(tmpdir(), 'countersign-process-')),
      removeDir: true,
      probe: async () => {
        const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
        if (!answer.ok) throw new Error('It is not ready.');
      },
    });
    await running.start();
  };
  const end = async (): Promise<void> => {
    await running?.dispose();
    running = null;
  };
  return { url, start, kill: end, dispose: end };
}
