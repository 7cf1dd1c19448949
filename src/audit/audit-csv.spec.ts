import { describe, expect, it } from '@jest/globals';
import { csvCell, csvLine } from './audit-csv.js';

describe('a CSV cell', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+431234', "'+431234"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['a=1', 'a=1'],
  ])('%j becomes %j', (value, cell) => expect(csvCell(value)).toBe(cell));

  it('is empty for null, and a number stays one', () => {
    expect(csvLine([null, -1, 'x'])).toBe(',-1,x\r\n');
  });
});
