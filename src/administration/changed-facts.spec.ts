import { describe, expect, it } from '@jest/globals';
import { changedFacts, isChanged } from './changed-facts.js';

describe('changedFacts', () => {
  it('names what changed, with both values, and nothing else', () => {
    const before = { name: 'Clerk', graceDays: 0, permissions: [] as string[], since: null as Date | null };
    const after = { name: 'Clerk', graceDays: 7, permissions: ['USERS_READ', 'AUDIT_READ'], since: new Date(0) };
    expect(changedFacts(before, after)).toEqual({
      changed: 'graceDays permissions since',
      graceDays: '0 → 7',
      permissions: 'none → USERS_READ AUDIT_READ',
      since: 'none → 1970-01-01T00:00:00.000Z',
    });
  });

  it('is a change where anything is another value', () => {
    expect(isChanged(changedFacts({ on: true }, { on: false }))).toBe(true);
  });

  it('is empty where nothing changed', () => {
    const facts = changedFacts({ on: true, list: ['a'] }, { on: true, list: ['a'] });
    expect(facts).toEqual({});
    expect(isChanged(facts)).toBe(false);
  });
});
