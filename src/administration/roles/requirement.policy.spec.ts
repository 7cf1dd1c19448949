import { describe, expect, it } from '@jest/globals';
import { reachedThrough } from './requirement.policy.js';

const day = (number: number): Date => new Date(Date.UTC(2031, 0, number));
const role = (firstRequiredAt: Date | null, requireTwoFactor = true) => ({ requireTwoFactor, firstRequiredAt });

describe('reachedThrough', () => {
  it('is the last of tick, switch and hand-on', () => {
    expect(reachedThrough([{ role: role(day(2)), since: day(1) }], { firstEnabledAt: day(1) })).toEqual(day(2));
    expect(reachedThrough([{ role: role(day(2)), since: day(3) }], { firstEnabledAt: day(1) })).toEqual(day(3));
    expect(reachedThrough([{ role: role(day(2)), since: day(3) }], { firstEnabledAt: day(4) })).toEqual(day(4));
  });

  it('is the earliest of several', () => {
    const handOns = [
      { role: role(day(9)), since: day(1) },
      { role: role(day(5)), since: day(6) },
    ];
    expect(reachedThrough(handOns, { firstEnabledAt: day(1) })).toEqual(day(6));
  });

  it.each([
    ['two-factor was never on', [{ role: role(day(1)), since: day(1) }], null],
    ['the role requires nothing', [{ role: role(day(1), false), since: day(1) }], day(1)],
    ['the role was never asked for', [{ role: role(null), since: day(1) }], day(1)],
    ['nothing is lost', [], day(1)],
  ])('is null where %s', (_name, handOns, firstEnabledAt) => {
    expect(reachedThrough(handOns, { firstEnabledAt })).toBeNull();
  });
});
