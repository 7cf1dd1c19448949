import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/support/ports.js';
import type { Job, Measured } from './driver.js';

const TYPESCRIPT = ['--import', fileURLToPath(new URL('./typescript.mjs', import.meta.url))];
const TICKS_PER_SECOND = 100;

const here = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A helper of the bench, in a process of its own that is spoken to by messages. */
export function helper(name: string, env: Record<string, string> = {}): ChildProcess {
  const child = fork(here(name), { execArgv: ['--no-warnings', ...TYPESCRIPT], env: { ...process.env, ...env } });
  running.add(child);
  return child;
}

export function ask<T>(child: ChildProcess, message: object): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as T));
    child.once('exit', (code) => reject(new Error(`A helper of the bench ended with ${String(code)}.`)));
    child.send(message);
  });
}

export async function end(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

export interface Server {
  pid: number;
  port: number;
  startedMs: number;
  stop(): Promise<void>;
}

/** @param args what Node runs @param ready a path that is answered once it is up; none: a port that takes connections */
export async function server(args: string[], env: Record<string, string>, ready: string): Promise<Server> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'production', ...env, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  running.add(child);
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${String(port)}${ready}`).catch(() => null);
    if (answer !== null && answer.status < 500) break;
    if (child.exitCode !== null) throw new Error(`${args.at(-1) ?? ''} ended before it answered.`);
    if (performance.now() - begun > 60_000) throw new Error(`${args.at(-1) ?? ''} did not answer.`);
    await pause(10);
  }
  return { pid: child.pid ?? 0, port, startedMs: performance.now() - begun, stop: () => end(child) };
}

export const typescript = (name: string): string[] => ['--no-warnings', ...TYPESCRIPT, here(name)];

/** Seconds of CPU that a process has used so far, its threads included. */
export function cpuOf(pid: number): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export const residentMiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

export interface Rate extends Measured {
  perSecond: number;
  /** Milliseconds of CPU for each operation, by who spent them. */
  cpu: Record<string, number>;
}

/** Drives a job and says what it cost whom. */
export async function drive(job: Job, pids: Record<string, number>): Promise<Rate> {
  const driver = helper('driver.ts');
  await pause(300);
  const all = { ...pids, driver: driver.pid ?? 0 };
  const before = Object.entries(all).map(([name, pid]) => [name, cpuOf(pid)] as const);
  const measured = await ask<Measured>(driver, job);
  const cpu = Object.fromEntries(
    before.map(([name, used]) => [
      name,
      ((cpuOf(all[name as keyof typeof all]) - used) * 1_000) / Math.max(1, measured.done),
    ]),
  );
  await end(driver);
  return { ...measured, perSecond: measured.done / measured.seconds, cpu };
}
