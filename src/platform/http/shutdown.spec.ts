import { describe, expect, it, jest } from '@jest/globals';
import { type ShutdownSteps, stopOnSignals } from './shutdown.js';

const quiet = { log: () => undefined, error: jest.fn() };
const tick = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));

function arrange(steps: Partial<ShutdownSteps>, limitMs = 1_000) {
  const handlers = new Map<string, () => void>();
  const exits: number[] = [];
  const order: string[] = [];
  const all: ShutdownSteps = {
    announce: () => void order.push('announce'),
    drain: async () => void order.push('drain'),
    close: async () => void order.push('close'),
    ...steps,
  };
  stopOnSignals(
    all,
    quiet,
    { on: (signal, handler) => handlers.set(signal, handler), exit: (code) => exits.push(code) },
    limitMs,
  );
  return { exits, order, send: (signal: 'SIGTERM' | 'SIGINT') => handlers.get(signal)?.() };
}

describe('stopOnSignals', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s: announces, drains, closes, and exits with 0', async (signal) => {
    const { exits, order, send } = arrange({});
    send(signal);
    await tick();
    expect([order, exits]).toEqual([['announce', 'drain', 'close'], [0]]);
  });

  it('closes nothing while requests are in hand', async () => {
    const { order, send } = arrange({ drain: () => new Promise(() => undefined) });
    send('SIGTERM');
    await tick();
    expect(order).toEqual(['announce']);
  });

  it('exits with 1 when the time is up', async () => {
    const { exits, send } = arrange({ drain: () => new Promise(() => undefined) }, 30);
    send('SIGTERM');
    await tick(60);
    expect(exits).toEqual([1]);
  });

  it('exits with 1 when a step fails, and says so', async () => {
    const { exits, send } = arrange({ close: () => Promise.reject(new Error('stuck')) });
    send('SIGTERM');
    await tick();
    expect(exits).toEqual([1]);
    expect(quiet.error).toHaveBeenCalled();
  });

  it('exits at once on a second signal', () => {
    const { exits, send } = arrange({ drain: () => new Promise(() => undefined) });
    send('SIGTERM');
    send('SIGINT');
    expect(exits).toEqual([1]);
  });
});
