import { describe, expect, it } from '@jest/globals';
import { cellText, joinNames, splitNames } from './columns.js';

describe('names in one cell', () => {
  it.each([[[]], [['Clerk']], [['Clerk', 'Accounts Manager']], [['a;b', 'c\\d', '\\;']]])('%j comes back', (names) => {
    expect(splitNames(joinNames(names))).toEqual(names);
  });

  it('forgives blanks and empty parts', () => {
    expect(splitNames(' Clerk ; ;Boss;')).toEqual(['Clerk', 'Boss']);
  });
});

describe('cellText', () => {
  it.each([
    ["'+31612345678", '+31612345678'],
    ["'=x", '=x'],
    ["'t Hooft", "'t Hooft"],
    ["a'=x", "a'=x"],
    [' a ', 'a'],
    [undefined, ''],
  ])('%j is %j', (cell, text) => {
    expect(cellText(cell)).toBe(text);
  });
});
