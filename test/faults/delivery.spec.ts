import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { SmsBehaviour } from '../support/sms-sink.js';
import type { SmtpBehaviour } from '../support/smtp-sink.js';
import { CODE_SECONDS, type Installation, startInstallation } from './installation.js';
import { judge } from './judge.js';
import type { FactorOf } from './people.js';
import { Traffic } from './traffic.js';

const LONG = process.env.COUNTERSIGN_LONG === '1';
const PEOPLE = LONG ? 40 : 4;
/** Time enough for two tries: the pause after the first is about two seconds. */
const TROUBLE_MS = LONG ? 15_000 : 3_500;

type Ends = 'SENT' | 'FAILED' | 'EXPIRED';

/** What a mail server or gateway does, and in what its messages may end. */
const MAIL: [SmtpBehaviour, Ends[]][] = [
  ['slow', ['SENT']],
  ['refuse-4xx', ['SENT', 'EXPIRED']],
  ['refuse-5xx', ['FAILED']],
  ['drop-mid-message', ['SENT', 'EXPIRED']],
  ['down', ['SENT', 'EXPIRED']],
];
const TEXTS: [SmsBehaviour, Ends[]][] = [
  ['slow', ['SENT']],
  ['4xx', ['FAILED']],
  ['5xx', ['SENT', 'EXPIRED']],
  ['drop', ['SENT', 'EXPIRED']],
];

const SEEDED = (behaviours: number): number => (PEOPLE + 1) * behaviours;

describe('a mail server or gateway in trouble', () => {
  let installation: Installation | null = null;
  beforeAll(async () => {
    installation = await startInstallation({ TOTP: 40, EMAIL: SEEDED(MAIL.length), SMS: SEEDED(TEXTS.length) });
  }, 120_000);
  afterAll(() => installation?.stop(), 60_000);

  /** Asks for codes while the trouble lasts; an app's codes need nobody else. @returns how the messages ended */
  async function inTrouble(method: FactorOf, begin: () => Promise<void>, end: () => Promise<void>): Promise<string[]> {
    if (installation === null) return [];
    const { dataSource } = installation;
    const traffic = new Traffic(installation);
    await begin();
    const people = Array.from({ length: PEOPLE }, () => installation?.next(method)).filter(
      (each) => each !== undefined,
    );
    const promised = await Promise.all(people.map((person) => traffic.askForCode(person)));
    expect(promised).not.toContain(false);
    expect(await traffic.signIn(installation.next('TOTP'))).toBe(true);
    await pause(TROUBLE_MS);
    await end();
    await judge(installation, traffic.answers, (CODE_SECONDS + 20) * 1_000);
    const rows: { status: string }[] = await dataSource.query('SELECT status FROM messages WHERE userId IN (?)', [
      people.map(({ id }) => id),
    ]);
    expect(rows).toHaveLength(PEOPLE);
    expect(await traffic.signIn(installation.next(method))).toBe(true);
    return rows.map(({ status }) => status);
  }

  it.each(MAIL)(
    'loses no mail to a server that is %s',
    async (behaviour, ends) => {
      const statuses = await inTrouble(
        'EMAIL',
        async () => installation?.smtp.setBehaviour(behaviour),
        async () => installation?.smtp.setBehaviour('accept'),
      );
      expect(statuses.filter((status) => !ends.includes(status as Ends))).toEqual([]);
    },
    90_000,
  );

  it.each(TEXTS)(
    'loses no text to a gateway that is %s',
    async (behaviour, ends) => {
      const statuses = await inTrouble(
        'SMS',
        () => Promise.resolve(installation?.sms.setBehaviour(behaviour)),
        () => Promise.resolve(installation?.sms.setBehaviour('accept')),
      );
      expect(statuses.filter((status) => !ends.includes(status as Ends))).toEqual([]);
    },
    90_000,
  );
});
