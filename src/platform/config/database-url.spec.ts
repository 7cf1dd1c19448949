import { describe, expect, it } from '@jest/globals';
import { databaseUrlProblems } from './database-url.js';

const problemsOf = (query: string): string =>
  databaseUrlProblems('DATABASE_URL', `mysql://u:hunter2@db.example.com/countersign?${query}`).join(' ');

describe('the parameters of DATABASE_URL', () => {
  it.each(['', 'poolSize=1', 'poolSize=500&tls=true', 'tls=false', 'tls=true&tlsCa=/etc/ca.pem', 'engine=mariadb'])(
    'take %s',
    (query) => {
      expect(problemsOf(query)).toBe('');
    },
  );

  it.each([
    ['ssl=true', 'not known'],
    ['TLS=true', 'not known'],
    ['tls=yes', 'tls must be true or false'],
    ['tlsCa=/etc/ca.pem', 'needs tls=true'],
    ['tls=true&tlsCa=', 'path of a PEM file'],
    ['poolSize=0', 'from 1 to 500'],
    ['poolSize=501', 'from 1 to 500'],
    ['poolSize=many', 'from 1 to 500'],
    ['poolSize=1e2', 'from 1 to 500'],
    ['engine=postgres', 'mysql or mariadb'],
  ])('refuse %s', (query, sentence) => {
    const said = problemsOf(query);
    expect(said).toContain(sentence);
    expect(said).not.toContain('hunter2');
  });

  it('an address without a database or a host', () => {
    expect(databaseUrlProblems('DATABASE_URL', 'mysql://u:p@db.example.com').join()).toContain('names no database');
    expect(databaseUrlProblems('DATABASE_URL', 'mysql:///countersign').join()).toContain('names no host');
  });

  it('nothing of SQLite, nor of what is not there', () => {
    expect(databaseUrlProblems('DATABASE_URL', 'sqlite:/data/x?y=z')).toEqual([]);
    expect(databaseUrlProblems('DATABASE_URL', undefined)).toEqual([]);
  });
});
