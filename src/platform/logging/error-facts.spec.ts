import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { errorFacts } from './error-facts.js';

const driver = Object.assign(new Error("Duplicate entry 'jo@example.com' for key 'email'"), {
  code: 'ER_DUP_ENTRY',
  sql: "INSERT INTO user VALUES ('jo@example.com')",
  sqlMessage: "Duplicate entry 'jo@example.com'",
});

describe('errorFacts', () => {
  it('says of a refused statement its code and nothing of the row', () => {
    for (const error of [new QueryFailedError('INSERT INTO user VALUES (?)', ['hunter2'], driver), driver]) {
      const facts = errorFacts(error, true);
      expect(facts).toMatchObject({
        message: 'The database refused a statement (ER_DUP_ENTRY).',
        errorCode: 'ER_DUP_ENTRY',
      });
      expect(JSON.stringify(facts)).not.toMatch(/jo@example|hunter2|INSERT/);
    }
  });

  it('keeps type, code and cause of others, scrubbed, and drops their other properties', () => {
    const cause = Object.assign(new TypeError('no route to jo@example.com'), {
      code: 'EHOSTUNREACH',
      socket: { token: 'x' },
    });
    expect(errorFacts(new Error('mail failed', { cause }), false)).toEqual({
      type: 'Error',
      message: 'mail failed',
      cause: { type: 'TypeError', message: 'no route to [address]', errorCode: 'EHOSTUNREACH' },
    });
  });

  it('gives the frames of the stack only where asked, without the message', () => {
    const error = new Error('code 123456');
    expect(errorFacts(error, false).stack).toBeUndefined();
    const { stack } = errorFacts(error, true);
    expect(stack).toContain('error-facts.spec');
    expect(stack).not.toContain('123456');
  });

  it('ends at a chain of causes that goes in circles', () => {
    const error = new Error('a');
    error.cause = error;
    expect(JSON.stringify(errorFacts(error, false)).match(/"type"/g)).toHaveLength(4);
  });
});
