import { describe, expect, it } from '@jest/globals';
import { MAX_LINES, parseTokenCsv } from './hardware-token.policy.js';

const HEX = '3132333435363738393031323334353637383930';
const BASE32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const seed = Buffer.from(HEX, 'hex');
const usual = { seed, algorithm: 'SHA1', digits: 6, period: 30 };

const tokensOf = (csv: string) => {
  const { tokens, problems } = parseTokenCsv(csv);
  expect(problems).toEqual([]);
  return tokens;
};
const problemsOf = (csv: string) => parseTokenCsv(csv).problems;

describe('a list of hard tokens', () => {
  it.each([
    [`A-1,${HEX}`, usual],
    [`A-1,${HEX.toUpperCase()}`, { ...usual, seed: Buffer.from(HEX, 'hex') }],
    [`A-1,${BASE32}`, usual],
    [`A-1,${BASE32.toLowerCase()},,,`, usual],
    [`A-1,${HEX},SHA256,8,60`, { ...usual, algorithm: 'SHA256', digits: 8, period: 60 }],
    [`A-1,${HEX},sha-512,6,30`, { ...usual, algorithm: 'SHA512' }],
    [`A-1,${HEX},Sha1,8`, { ...usual, digits: 8 }],
    [` "A-1" , " ${HEX} " ,"SHA1", "6" ,"30"`, usual],
  ])('line %j', (line, kind) => {
    expect(tokensOf(line)).toEqual([{ serial: 'A-1', ...kind }]);
  });

  it('a hex seed that could be base32 too is hex', () => {
    expect(tokensOf(`A-1,${'AB'.repeat(20)}`)[0]?.seed).toEqual(Buffer.alloc(20, 0xab));
  });

  it.each([16, 20, 64, 128])('a seed of %d bytes is taken', (bytes) => {
    expect(tokensOf(`A-1,${'01'.repeat(bytes)}`)[0]?.seed).toHaveLength(bytes);
  });

  it.each(['A', '0', 'A b_c./-9', 'x'.repeat(64)])('the serial number %j is taken', (serial) => {
    expect(tokensOf(`${serial},${HEX}`)[0]?.serial).toBe(serial);
  });

  it('passes over a heading and blank lines, whatever ends a line, and a byte order mark', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const csv = ['\uFEFF', 'Serial , seed', '', '  ', `A-1,${HEX}`, `A-2,${HEX}`, ''].join(end).replace(end, '');
      expect(tokensOf(csv).map(({ serial }) => serial)).toEqual(['A-1', 'A-2']);
    }
    expect(tokensOf(`"serial","seed"\nA-1,${HEX}`)).toHaveLength(1);
    expect(tokensOf(`serial-1,${HEX}`)).toHaveLength(1);
  });

  it('a heading stands at the beginning alone', () => {
    expect(problemsOf(`A-1,${HEX}\nserial,seed`)).toEqual([
      'Line 2: the seed is not 16 to 128 bytes in hex or base32.',
    ]);
    expect(problemsOf(`A-1,0\nserial,seed`)).toHaveLength(2);
  });

  it.each([
    [`,${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`-1,${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`A;1,${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`=A1,${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`A1=,${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`${'x'.repeat(65)},${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    ['A-1', 'the seed is not 16 to 128 bytes in hex or base32'],
    ['A-1,', 'the seed is not 16 to 128 bytes in hex or base32'],
    [`A-1,${'01'.repeat(15)}`, 'the seed is not 16 to 128 bytes in hex or base32'],
    [`A-1,${'01'.repeat(129)}`, 'the seed is not 16 to 128 bytes in hex or base32'],
    [`A-1,${HEX}0`, 'the seed is not 16 to 128 bytes in hex or base32'],
    [`A-1,${HEX}!`, 'the seed is not 16 to 128 bytes in hex or base32'],
    [`A-1,!${HEX}`, 'the seed is not 16 to 128 bytes in hex or base32'],
    [`A-1,${HEX},MD5`, 'the algorithm is not SHA1, SHA256 or SHA512'],
    [`A-1,${HEX},SHA-2-56`, 'the algorithm is not SHA1, SHA256 or SHA512'],
    [`A-1,${HEX},SHA1,7`, 'the digits are not 6 or 8'],
    [`A-1,${HEX},SHA1,06`, 'the digits are not 6 or 8'],
    [`A-1,${HEX},SHA1,6,45`, 'the period is not 30 or 60 seconds'],
    [`A-1,${HEX},SHA1,6,30,`, 'there are more than five fields'],
    [`"A-1,${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`A-1",${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`x"A-1",${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`"A-1"x,${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`A-1,${HEX},\uFEFFSHA1x`, 'the algorithm is not SHA1, SHA256 or SHA512'],
    [`A\uFEFF1,${HEX}`, 'the serial number is missing or has characters that serial numbers do not have'],
    [`my serial,seed`, 'the seed is not 16 to 128 bytes in hex or base32'],
  ])('line %j is told by its number and fault', (line, fault) => {
    expect(problemsOf(line)).toEqual([`Line 1: ${fault}.`]);
  });

  it('tells of every faulty line, and never repeats a seed', () => {
    const problems = problemsOf([`A-1,${HEX}`, `A-2,${HEX}x`, '', `A-3,${HEX},MD5`].join('\n'));
    expect(problems.map((problem) => problem.slice(0, 7))).toEqual(['Line 2:', 'Line 4:']);
    expect(JSON.stringify(problems)).not.toContain(HEX);
  });

  it('tells of a serial number that comes twice, and where it was first', () => {
    const problems = problemsOf([`A-1,${HEX}`, `A-2,${HEX}`, `A-1,${HEX}`, `A-1,${HEX}`].join('\n'));
    expect(problems).toEqual([
      'Line 3: the same serial number as line 1.',
      'Line 4: the same serial number as line 3.',
    ]);
  });

  it.each(['', '\n \n', 'serial,seed,algorithm,digits,period'])('%j holds no token', (csv) => {
    expect(problemsOf(csv)).toEqual(['There is no line with a token.']);
  });

  it('takes the lines that fit into a request, and says of more to come in parts', () => {
    const list = (count: number) => Array.from({ length: count }, (_, index) => `A-${String(index)},${HEX}`);
    expect(MAX_LINES).toBe(500);
    expect(tokensOf([...list(MAX_LINES), '', '  '].join('\n'))).toHaveLength(MAX_LINES);
    expect(parseTokenCsv(list(MAX_LINES + 1).join('\n'))).toEqual({
      tokens: [],
      problems: ['There are more than 500 lines: import the list in parts.'],
    });
  });
});
