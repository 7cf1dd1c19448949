import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../shared/api-error.js';
import { Lane } from './lane.js';

/** Jobs that end when the test says so. */
function controlled(lane: Lane) {
  const started: number[] = [];
  const ends = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const start = (id: number): Promise<number> =>
    lane.run(() => {
      started.push(id);
      return new Promise<number>((resolve, reject) => ends.set(id, { resolve: () => resolve(id), reject }));
    });
  return { started, ends, start };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Lane', () => {
  it('runs as many at once as it has lanes, the others in the order in which they came', async () => {
    const lane = new Lane(2, 10);
    const { started, ends, start } = controlled(lane);
    const all = [1, 2, 3, 4, 5].map(start);
    await settle();
    expect([started, lane.running, lane.waiting]).toEqual([[1, 2], 2, 3]);
    ends.get(2)?.resolve();
    await settle();
    expect([started, lane.running, lane.waiting]).toEqual([[1, 2, 3], 2, 2]);
    for (const id of [1, 3, 4, 5]) {
      ends.get(id)?.resolve();
      await settle();
    }
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4, 5]);
    expect([started, lane.running, lane.waiting]).toEqual([[1, 2, 3, 4, 5], 0, 0]);
  });

  it('turns away at once, with a time to try again, who finds the line full', async () => {
    const lane = new Lane(1, 2);
    const { started, ends, start } = controlled(lane);
    const inside = [1, 2, 3].map(start);
    const refused = await start(4).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ code: 'SERVICE_BUSY', retryAfterSeconds: 1 });
    expect(started).toEqual([1]);
    for (const id of [1, 2, 3]) {
      ends.get(id)?.resolve();
      await settle();
    }
    await Promise.all(inside);
    const later = start(5);
    await settle();
    ends.get(5)?.resolve();
    expect(await later).toBe(5);
    expect(started).toEqual([1, 2, 3, 5]);
  });

  it('spreads the times to try again, so that who was turned away together does not come back together', async () => {
    const lane = new Lane(1, 0);
    const { ends, start } = controlled(lane);
    const inside = start(1);
    const refused = await Promise.all(
      Array.from({ length: 400 }, (_, index) => start(2 + index).catch((error: unknown) => error as ApiError)),
    );
    const times = refused.map((error) => (error as ApiError).retryAfterSeconds ?? 0);
    expect([Math.min(...times), Math.max(...times)]).toEqual([1, 4.9]);
    const inOneTenth = Math.max(...times.map((time) => times.filter((other) => other === time).length));
    expect(inOneTenth).toBe(10);
    ends.get(1)?.resolve();
    await inside;
  });

  it('gives its place on when a job fails, now or later', async () => {
    const lane = new Lane(1, 5);
    const { ends, start } = controlled(lane);
    const failing = start(1);
    const thrownAtOnce = lane.run(() => {
      throw new Error('at once');
    });
    const last = start(3);
    await settle();
    ends.get(1)?.reject(new Error('later'));
    await expect(failing).rejects.toThrow('later');
    await expect(thrownAtOnce).rejects.toThrow('at once');
    await settle();
    ends.get(3)?.resolve();
    expect(await last).toBe(3);
    expect([lane.running, lane.waiting]).toEqual([0, 0]);
  });

  it('lets no newcomer past those who wait', async () => {
    const lane = new Lane(1, 5);
    const { started, ends, start } = controlled(lane);
    const first = start(1);
    const second = start(2);
    await settle();
    ends.get(1)?.resolve();
    // In the very turn in which the first one ends and the second is called.
    const third = first.then(() => start(3));
    await settle();
    expect(started).toEqual([1, 2]);
    expect(lane.running).toBe(1);
    ends.get(2)?.resolve();
    await settle();
    ends.get(3)?.resolve();
    await Promise.all([second, third]);
  });

  it('grows narrower as the jobs under way end, and wider again with those who wait first', async () => {
    let width = 2;
    const lane = new Lane(() => width, 10);
    const { started, ends, start } = controlled(lane);
    const all = [1, 2, 3, 4, 5, 6].map(start);
    await settle();
    width = 1;
    ends.get(1)?.resolve();
    await settle();
    // Two was under way and goes on; nobody takes the place of one.
    expect([started, lane.running, lane.waiting]).toEqual([[1, 2], 1, 4]);
    ends.get(2)?.resolve();
    await settle();
    expect([started, lane.running, lane.waiting]).toEqual([[1, 2, 3], 1, 3]);
    width = 2;
    const newcomer = start(7);
    await settle();
    // There is room for two again, and the newcomer still stands behind those who wait.
    expect([started, lane.running, lane.waiting]).toEqual([[1, 2, 3], 1, 4]);
    ends.get(3)?.resolve();
    await settle();
    expect([started, lane.running, lane.waiting]).toEqual([[1, 2, 3, 4, 5], 2, 2]);
    for (const id of [4, 5, 6, 7]) {
      ends.get(id)?.resolve();
      await settle();
    }
    expect(await Promise.all([...all, newcomer])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect([lane.running, lane.waiting]).toEqual([0, 0]);
  });

  it.each([
    [0, 1],
    [1.5, 1],
    [1, -1],
    [1, Number.POSITIVE_INFINITY],
  ])('cannot be made with %d lanes and a line of %d', (lanes, waiting) => {
    expect(() => new Lane(lanes, waiting)).toThrow(RangeError);
  });
});
