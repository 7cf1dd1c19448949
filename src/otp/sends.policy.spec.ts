import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SEND_WINDOWS, maySend } from './sends.policy.js';

const T = 1_800_000_000_000;
const s = (seconds: number): number => T + seconds * 1000;

describe('maySend', () => {
  it.each([
    { name: 'the first', stamps: [], at: 0, verdict: { ok: true, stamps: [s(0)], resendAt: s(30) } },
    { name: 'a second at once', stamps: [0], at: 0, verdict: { ok: false, retryAt: s(30) } },
    { name: 'a second after 29 s', stamps: [0], at: 29, verdict: { ok: false, retryAt: s(30) } },
    { name: 'a second after 30 s', stamps: [0], at: 30, verdict: { ok: true, stamps: [s(0), s(30)], resendAt: s(60) } },
    {
      name: 'the third, which fills ten minutes',
      stamps: [0, 30],
      at: 60,
      verdict: { ok: true, stamps: [s(0), s(30), s(60)], resendAt: s(600) },
    },
    { name: 'a fourth within ten minutes', stamps: [0, 30, 60], at: 599, verdict: { ok: false, retryAt: s(600) } },
    {
      name: 'a fourth, the stamps in any order',
      stamps: [60, 0, 30],
      at: 599,
      verdict: { ok: false, retryAt: s(600) },
    },
    {
      name: 'a sixth within the hour',
      stamps: [0, 30, 60, 600, 630],
      at: 3_000,
      verdict: { ok: false, retryAt: s(3600) },
    },
    {
      name: 'a sixth after the hour, the first forgotten',
      stamps: [0, 30, 60, 600, 630],
      at: 3_600,
      verdict: { ok: true, stamps: [s(30), s(60), s(600), s(630), s(3600)], resendAt: s(3630) },
    },
    {
      name: 'one from the future, the clock having been set back',
      stamps: [100],
      at: 0,
      verdict: { ok: false, retryAt: s(130) },
    },
  ])('$name', ({ stamps, at, verdict }) => {
    expect(maySend(stamps.map(s), s(at))).toEqual(verdict);
  });

  const waits = fc.array(fc.integer({ min: 0, max: 700_000 }), { maxLength: 60 });

  it('never lets more through than any window allows, whatever the rhythm', () => {
    fc.assert(
      fc.property(waits, (gaps) => {
        const sent = play(gaps);
        for (const { max, seconds } of SEND_WINDOWS) {
          for (const from of sent) {
            const inside = sent.filter((time) => time >= from && time < from + seconds * 1000);
            expect(inside.length).toBeLessThanOrEqual(max);
          }
        }
      }),
    );
  });

  it('names the very moment from which the next one passes', () => {
    fc.assert(
      fc.property(waits, (gaps) => {
        let stamps: number[] = [];
        let now = T;
        for (const gap of gaps) {
          now += gap;
          const verdict = maySend(stamps, now);
          const moment = verdict.ok ? verdict.resendAt : verdict.retryAt;
          if (verdict.ok) stamps = verdict.stamps;
          expect(moment).toBeGreaterThan(now);
          expect(maySend(stamps, moment - 1).ok).toBe(false);
          expect(maySend(stamps, moment).ok).toBe(true);
        }
      }),
    );
  });

  it('keeps no more stamps than the longest window can hold', () => {
    fc.assert(
      fc.property(waits, (gaps) => {
        let stamps: number[] = [];
        let now = T;
        for (const gap of gaps) {
          const verdict = maySend(stamps, (now += gap));
          if (verdict.ok) stamps = verdict.stamps;
          expect(stamps.length).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});

function play(gaps: readonly number[]): number[] {
  const sent: number[] = [];
  let stamps: number[] = [];
  let now = T;
  for (const gap of gaps) {
    now += gap;
    const verdict = maySend(stamps, now);
    if (!verdict.ok) continue;
    sent.push(now);
    stamps = verdict.stamps;
  }
  return sent;
}
