import { describe, expect, it } from '@jest/globals';
import { gathered } from './gathered.js';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Questions that are answered when the test says so. */
function asked() {
  const rounds: (readonly string[])[] = [];
  const answers: { resolve: (values: (string | Error)[]) => void; reject: (error: Error) => void }[] = [];
  const ask = gathered<string, string>((keys) => {
    rounds.push([...keys]);
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  });
  return { rounds, answers, ask };
}

describe('gathered', () => {
  it('asks at once for who comes alone, and once for all who came meanwhile', async () => {
    const { rounds, answers, ask } = asked();
    const first = ask('a');
    await settle();
    expect(rounds).toEqual([['a']]);
    const others = [ask('b'), ask('c'), ask('b')];
    await settle();
    // Not before the first is answered, or they would be answered by what was true before they asked.
    expect(rounds).toEqual([['a']]);
    answers[0]?.resolve(['A']);
    expect(await first).toBe('A');
    await settle();
    expect(rounds).toEqual([['a'], ['b', 'c', 'b']]);
    answers[1]?.resolve(['B', 'C', 'B']);
    expect(await Promise.all(others)).toEqual(['B', 'C', 'B']);
  });

  it('keeps nothing: the same key is asked for again', async () => {
    const { rounds, answers, ask } = asked();
    for (const answer of ['once', 'twice']) {
      const asking = ask('a');
      await settle();
      answers.at(-1)?.resolve([answer]);
      expect(await asking).toBe(answer);
    }
    expect(rounds).toEqual([['a'], ['a']]);
  });

  it('goes on after a question that failed, which fails for everyone who was in it and nobody else', async () => {
    const { answers, ask } = asked();
    const failing = ask('a').catch((error: unknown) => error);
    await settle();
    const next = ask('b');
    answers[0]?.reject(new Error('gone'));
    expect(await failing).toEqual(new Error('gone'));
    await settle();
    answers[1]?.resolve(['B']);
    expect(await next).toBe('B');
  });

  it('asks again, though the question before is never answered', async () => {
    const { rounds, answers, ask } = asked();
    void ask('a');
    await settle();
    const next = ask('b');
    const begun = performance.now();
    while (rounds.length < 2) await settle();
    expect(performance.now() - begun).toBeGreaterThan(100);
    answers[1]?.resolve(['B']);
    expect(await next).toBe('B');
  });

  it('throws an error to the one whose key it stands for', async () => {
    const { answers, ask } = asked();
    const [good, bad] = [ask('a'), ask('b').catch((error: unknown) => error)];
    await settle();
    answers[0]?.resolve(['A', new Error('no such b')]);
    expect([await good, await bad]).toEqual(['A', new Error('no such b')]);
  });
});
