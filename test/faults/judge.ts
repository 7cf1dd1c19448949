import { expect } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { Installation } from './installation.js';
import type { Answer } from './traffic.js';

/** "Quickly" for whoever waits at a screen. */
const QUICK_MS = 5_000;
const SECOND_FACTORS = ['otp', 'email', 'sms'];
/** What a service in trouble may say. */
const IN_TROUBLE = ['SERVICE_BUSY', 'DELIVERY_UNAVAILABLE', 'NOT REACHED', 'CONNECTION LOST'];
/** And what it says when all is well, or when a ticket or code did not outlive the trouble. */
const IN_ORDER = ['SignedIn', 'SecondFactorRequired', 'CodeSent', 'TICKET_INVALID', 'OTP_INVALID'];

export interface Tally {
  outcomes: Record<string, number>;
  slowestMs: number;
  messages: Record<string, number>;
  /** Message-IDs that the sink has more than once. */
  duplicates: string[];
}

/** Looks at the rows and not at what the service says of itself: what was promised must be there, and nothing else. */
export async function judge(installation: Installation, answers: readonly Answer[], settleMs = 60_000): Promise<Tally> {
  const messages = await settled(installation, settleMs);
  await everySessionHasItsFactor(installation);
  await everySuccessIsInTheAudit(installation, answers);
  await everyPromisedCodeIsAMessage(installation, answers);
  const outcomes: Record<string, number> = {};
  for (const { outcome } of answers) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  expect(Object.keys(outcomes).filter((each) => !IN_ORDER.includes(each) && !IN_TROUBLE.includes(each))).toEqual([]);
  const slowestMs = Math.max(0, ...answers.map(({ ms }) => ms));
  expect(slowestMs).toBeLessThan(QUICK_MS);
  return { outcomes, slowestMs: Math.round(slowestMs), messages, duplicates: duplicates(installation) };
}

async function everySessionHasItsFactor({ dataSource }: Installation): Promise<void> {
  const sessions: { userId: string; amr: string }[] = await dataSource.query('SELECT userId, amr FROM sessions');
  const without = sessions.filter(({ amr }) => {
    const methods = JSON.parse(amr) as string[];
    return !methods.includes('pwd') || !methods.some((method) => SECOND_FACTORS.includes(method));
  });
  expect(without).toEqual([]);
}

async function everySuccessIsInTheAudit({ dataSource }: Installation, answers: readonly Answer[]): Promise<void> {
  const events: { eventKey: string; subjectId: string; facts: string }[] = await dataSource.query(
    'SELECT eventKey, subjectId, facts FROM audit_events',
  );
  const opened = new Set(
    events.filter(({ eventKey }) => eventKey === 'sign-in.succeeded').map(({ facts }) => sessionIn(facts)),
  );
  const has = (key: string, subject: string): boolean =>
    events.some(({ eventKey, subjectId }) => eventKey === key && subjectId === subject);
  const missing = answers.filter(({ operation, outcome, person, accessToken }) => {
    if (outcome === 'SignedIn') return accessToken === null || !opened.has(sessionOf(accessToken));
    if (outcome === 'CodeSent') return !has('code.sent', person.id);
    if (outcome === 'SecondFactorRequired') return !has('sign-in.second-factor-required', person.id);
    return outcome === 'OTP_INVALID' && operation === 'verify' && !has('second-factor.refused', person.id);
  });
  expect(missing.map(({ operation, outcome, person }) => `${operation} ${outcome} ${person.email}`)).toEqual([]);
  // And the other way round: one session for each event, none without.
  const sessions: { id: string }[] = await dataSource.query('SELECT id FROM sessions');
  expect(sessions.filter(({ id }) => !opened.has(id))).toEqual([]);
  expect(sessions).toHaveLength(opened.size);
}

async function everyPromisedCodeIsAMessage({ dataSource }: Installation, answers: readonly Answer[]): Promise<void> {
  const rows: { userId: string }[] = await dataSource.query("SELECT userId FROM messages WHERE template = 'code'");
  const written = new Set(rows.map(({ userId }) => userId));
  const lost = answers.filter(({ outcome, person }) => outcome === 'CodeSent' && !written.has(person.id));
  expect(lost.map(({ person }) => person.email)).toEqual([]);
}

/** Waits until every message has an end, and every SENT one has arrived. */
async function settled({ dataSource, smtp, sms }: Installation, withinMs: number): Promise<Record<string, number>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const rows: { id: string; status: string; channel: string; destination: string }[] = await dataSource.query(
      'SELECT id, status, channel, destination FROM messages',
    );
    const open = rows.filter(({ status }) => !['SENT', 'EXPIRED', 'FAILED'].includes(status));
    if (open.length === 0) {
      const arrived = new Set(smtp.mails.map(({ headers }) => headers['message-id']));
      const texted = new Set(sms.requests.map(({ form }) => form?.to));
      const lost = rows.filter(({ id, status, channel, destination }) => {
        if (status !== 'SENT') return false;
        return channel === 'EMAIL' ? !arrived.has(`<${id}@localhost>`) : !texted.has(destination);
      });
      expect(lost).toEqual([]);
      const counts: Record<string, number> = {};
      for (const { status } of rows) counts[status] = (counts[status] ?? 0) + 1;
      return counts;
    }
    if (Date.now() > deadline) throw new Error(`Messages without an end: ${JSON.stringify(open.slice(0, 5))}`);
    await pause(200);
  }
}

function duplicates({ smtp }: Installation): string[] {
  const seen = new Map<string, number>();
  for (const { headers } of smtp.mails) {
    const id = headers['message-id'] ?? 'none';
    seen.set(id, (seen.get(id) ?? 0) + 1);
  }
  return [...seen].filter(([, count]) => count > 1).map(([id]) => id);
}

const sessionIn = (facts: string): string | undefined =>
  (JSON.parse(facts) as { name: string; value: string }[]).find(({ name }) => name === 'session')?.value;

/** The `sid` of an access token. */
function sessionOf(token: string): string {
  const [, payload = ''] = token.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string }).sid;
}
