import { describe, expect, it } from '@jest/globals';
import type { CsvLine } from './csv-file.js';
import { checkImport, PROBLEMS_SHOWN } from './import-check.js';

const known = { roles: [], groups: [], groupRoles: [] };

async function* linesOf(...emails: string[]): AsyncGenerator<CsvLine> {
  for (const [index, email] of emails.entries()) yield await Promise.resolve({ line: index + 2, record: { email } });
}

describe('checkImport', () => {
  it('finds nothing wrong with different new people', async () => {
    const findings = await checkImport(linesOf('a@x.org', 'b@x.org'), known, () => Promise.resolve([]));
    expect(findings).toEqual({ users: 2, problems: [] });
  });

  it('names the lines: unsound, twice, and taken', async () => {
    const lines = linesOf('a@x.org', 'nobody', 'A@x.org', 'c@x.org', 'a@x.org');
    const taken = (emails: readonly string[]) => Promise.resolve(emails.filter((email) => email === 'c@x.org'));
    const { problems } = await checkImport(lines, known, taken);
    expect(problems.sort()).toEqual([
      expect.stringMatching(/^Line 3: email: /),
      'Line 4: the same address as line 2.',
      'Line 5: somebody uses this address already.',
      'Line 6: the same address as line 2.',
    ]);
  });

  it('asks about every address, a bounded number at a time', async () => {
    const asked: number[] = [];
    const emails = Array.from({ length: 1_201 }, (_, index) => `u${index}@x.org`);
    await checkImport(linesOf(...emails), known, (some) => {
      asked.push(some.length);
      return Promise.resolve([]);
    });
    expect(asked).toEqual([500, 500, 201]);
  });

  it('stops reading a file that is wrong all over', async () => {
    const bad = Array.from({ length: 5_000 }, () => 'nobody');
    const { problems } = await checkImport(linesOf(...bad), known, () => Promise.resolve([]));
    expect(problems).toHaveLength(PROBLEMS_SHOWN + 1);
  });
});
