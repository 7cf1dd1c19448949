import { describe, expect, it } from '@jest/globals';
import { PinoLoggerService } from './pino-logger.service.js';
import { prettyLine } from './pretty.js';
import { withRequestId } from './request-context.js';

function capture(logLevel: 'info' | 'debug' | 'silent' = 'info') {
  const lines: string[] = [];
  const logger = new PinoLoggerService({ logLevel, mode: 'production' }, { write: (line) => void lines.push(line) });
  return { logger, lines, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('PinoLoggerService', () => {
  it('takes message, facts, error and context in any order', () => {
    const { logger, entries } = capture();
    logger.log('sent', { messageId: 'm1', token: 'hunter2' }, 'Mail');
    logger.error('failed', new Error('boom'), { lane: 'codes' }, 'Queue');
    expect(entries()).toEqual([
      expect.objectContaining({ level: 'info', msg: 'sent', context: 'Mail', messageId: 'm1', token: '[redacted]' }),
      expect.objectContaining({
        level: 'error',
        msg: 'failed',
        lane: 'codes',
        err: { type: 'Error', message: 'boom' },
      }),
    ]);
  });

  it('takes the calls that NestJS makes: stack and context as texts, an error alone, an object alone', () => {
    const { logger, entries } = capture();
    logger.error('boom', 'Error: hunter2\n    at file.js:1:1', 'Nest');
    logger.error(new Error('alone'));
    logger.log({ a: 1 });
    expect(entries().map(({ msg, context }) => [msg, context])).toEqual([
      ['boom', 'Nest'],
      ['Something failed.', undefined],
      ['', undefined],
    ]);
    expect(JSON.stringify(entries())).not.toContain('hunter2');
  });

  it('carries the id of the request, across awaits, and never another one', async () => {
    const { logger, entries } = capture();
    await Promise.all(
      ['one', 'two'].map((id) =>
        withRequestId(id, async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          logger.log(id);
        }),
      ),
    );
    logger.log('none');
    expect(entries().map(({ msg, requestId }) => [msg, requestId])).toEqual([
      ['one', 'one'],
      ['two', 'two'],
      ['none', undefined],
    ]);
  });

  it('keeps stacks and the tale of the framework for debugging', () => {
    const info = capture();
    info.logger.log('Mapped {/x, GET} route', 'RouterExplorer');
    info.logger.error(new Error('boot'), 'ExceptionHandler');
    expect(info.lines).toEqual([]);
    const debug = capture('debug');
    debug.logger.error('x', new Error('boom'));
    expect(debug.entries()[0]).toHaveProperty('err.stack');
  });

  it('can be silent', () => {
    const { logger, lines } = capture('silent');
    logger.fatal('x');
    expect(lines).toEqual([]);
  });

  it('scrubs the message itself', () => {
    const { logger, lines } = capture();
    logger.warn('cannot reach smtp://bob:hunter2@mail.example.com');
    expect(lines.join('')).not.toContain('hunter2');
  });
});

describe('prettyLine', () => {
  it('makes one readable line, whose text cannot steer the terminal', () => {
    const line = JSON.stringify({
      level: 'warn',
      time: '2026-01-31T09:30:00.000Z',
      context: 'Http',
      msg: 'a\u001b[2Jb',
      ms: 3,
    });
    // eslint-disable-next-line no-control-regex -- the colours are taken out to compare
    const plain = prettyLine(line).replace(/\u001b\[\d+m/g, '');
    expect(plain).toBe('09:30:00 warn  [Http] a?[2Jb  ms=3\n');
  });

  it('passes on what is no JSON', () => {
    expect(prettyLine('hello\n')).toBe('hello\n');
  });
});
