import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import type { DevMail } from '../../src/notification/dev-mailbox.js';
import type { Config } from '../../src/platform/config/index.js';
import type { LogSink } from '../../src/platform/logging/index.js';
import { textFormsOf } from './canary.js';
import { CanaryBook } from './canary-book.js';
import { isDistinctive, passwordIn, type Watched } from './canary-kinds.js';
import { Needles } from './canary-needles.js';
import { databaseText, filesIn, metricsText, queueText, reached } from './canary-places.js';
import type { GraphqlAnswer } from './client.js';

/** What of a world is searched. */
export interface Searched {
  config: Config;
  dataSource: DataSource;
  fastify: FastifyInstance;
  mails: () => Promise<DevMail[]>;
}

interface Find {
  canary: Watched;
  form: string;
  place: string;
  excerpt: string;
}

type Index = Needles<{ canary: Watched; form: string }>;

/** Worlds on one database are processes of one installation: what one of them gave out, none of them may leave lying about. */
const books = new Map<string, CanaryBook>();

/**
 * Notes the secrets that pass through a world, and at its end looks for each of them, in every form, wherever it must not be:
 * the log at level debug, the database and its file, the queue, the metrics, the mails and other answers. The audit is a
 * table of the database. Not for six digits and the exports of the audit (`security/canaries`), nor for mails that a test
 * takes with a server of its own.
 */
export class CanaryWatch {
  private readonly book: CanaryBook;
  private readonly lines: string[] = [];

  constructor(config: Config, keys: string | null) {
    const place = config.databaseUrl;
    this.book = books.get(place) ?? new CanaryBook();
    books.set(place, this.book);
    this.watch('first password', config.adminPassword ?? '');
    this.watch('password of the mail server', passwordIn(config.smtpUrl));
    if (keys !== null) {
      const [, key = ''] = keys.split(':');
      this.book.add({ name: 'key', value: Buffer.from(key, 'base64').toString('hex'), hex: true, kind: 'made' });
    }
  }

  private watch(name: string, value: string): void {
    if (isDistinctive(value)) this.book.add({ name, value, kind: 'typed' });
  }

  /** Takes the log, which nobody has to read on the console, and hands it on to a test that wants it. */
  sink(further?: LogSink): LogSink {
    return {
      write: (line) => {
        this.lines.push(line);
        further?.write(line);
      },
    };
  }

  exchanged(query: string, variables: Record<string, unknown>, answer: GraphqlAnswer): void {
    this.book.exchanged(query, variables, answer);
  }

  /** What was found, a line each; empty where all is well. A place that cannot be reached any more is passed over. */
  async search(world: Searched): Promise<string[]> {
    const mails = (await reached(world.mails)) ?? [];
    for (const { text } of mails) this.book.mailed(text);
    const canaries = this.book.canaries();
    const index: Index = new Needles();
    for (const canary of canaries) {
      for (const { name, text } of textFormsOf(canary)) index.add(text, { canary, form: name });
    }

    const finds = [...inMails(mails, index)];
    const look = (place: string, text: string | Buffer | null): void => {
      if (text !== null) finds.push(...findsIn(place, text, index));
    };
    look('the log', this.lines.join(''));
    // A file of its own, whether or not the application has been closed; a server's tables.
    for (const [name, bytes] of (await reached(() => Promise.resolve(filesIn(world.config.dataDir)))) ?? []) {
      look(`the file ${name}`, bytes);
    }
    // Only a database that does not answer at all is passed over: a table that cannot be read is a fault of this search.
    const alive = await reached(() => world.dataSource.query('SELECT 1'));
    if (alive !== null) look('the database', await databaseText(world.dataSource));
    const { redisUrl } = world.config;
    if (redisUrl !== null) look('the queue', await reached(() => queueText(redisUrl)));
    look('the metrics', await reached(() => metricsText(world.fastify)));
    const { answers, shownAgain } = this.book;
    for (const find of findsIn('an answer', [...answers.keys()].join('\n'), index)) {
      const place = [...answers].find(([text]) => findsIn('', text, index).some((each) => each.canary === find.canary));
      finds.push({ ...find, place: `an answer of ${place?.[1] ?? 'an operation'}` });
    }
    for (const { canary, operation } of shownAgain) {
      finds.push({ canary, form: 'plain', place: `a second answer, of ${operation}`, excerpt: masked(canary.value) });
    }
    return finds.map(({ canary, form, place, excerpt }) => `${canary.name} as ${form} in ${place}: ${excerpt}`);
  }
}

export function assertNothingFound(finds: readonly string[]): void {
  if (finds.length === 0) return;
  const shown = finds.slice(0, 20).join('\n');
  throw new Error(`Secrets were found outside of their one place (${String(finds.length)}):\n${shown}`);
}

/** The first find of each canary in one place: a leak mostly repeats itself. */
function findsIn(place: string, content: string | Buffer, index: Index): Find[] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const finds = new Map<Watched, Find>();
  for (const { tag, at, length } of index.find(bytes)) {
    if (finds.has(tag.canary)) continue;
    const hit = bytes.toString('utf8', at, at + length);
    const before = bytes.toString('utf8', Math.max(0, at - 60), at);
    const after = bytes.toString('utf8', at + length, at + length + 20);
    finds.set(tag.canary, { ...tag, place, excerpt: JSON.stringify(before + masked(hit) + after) });
  }
  return [...finds.values()];
}

/** Enough to know it by, where a report is kept longer than the secret. */
const masked = (text: string): string => `${text.slice(0, 4)}…(${String(text.length)})`;

/** A link may stand in the mails to one address, the one that had it first; nothing else may stand in any mail. */
function inMails(mails: readonly DevMail[], index: Index): Find[] {
  const addresses = new Map<Watched, string>();
  return mails.toReversed().flatMap(({ to, subject, text, html }) =>
    findsIn(`the mail "${subject}" to ${to}`, `${subject}\n${text}\n${html}`, index).filter(({ canary }) => {
      if (canary.kind !== 'link') return true;
      const address = addresses.get(canary) ?? to;
      addresses.set(canary, address);
      return address !== to;
    }),
  );
}
