import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as op from '../support/operations.js';
import { SignInModel } from '../support/sign-in-model.js';
import { type Came, type Planned, type StepName, STEPS, WAYS } from '../support/sign-in-steps.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const LONG = process.env.COUNTERSIGN_LONG === '1';
const RUNS = LONG ? 400 : 16;
const LENGTH = LONG ? 60 : 30;
/** One seed for both engines: the same sequences, which must come to the same. */
const SEED = Number(process.env.COUNTERSIGN_SEED ?? '20260302');

const number = fc.nat({ max: 999 });
const anything: fc.Arbitrary<readonly Planned[]> = fc
  .tuple(fc.constantFrom(...(Object.keys(STEPS) as StepName[])), number, number)
  .map((step) => [step]);
const way = fc
  .tuple(
    fc.constantFrom(...Object.keys(WAYS), 'enroll an app', 'enroll an app', 'sign in with the app, twice by one code'),
    fc.nat({ max: 1 }),
  )
  .map(([name, person]) => WAYS[name]?.(person) ?? []);
const sequence = fc
  .array(fc.oneof({ weight: 2, arbitrary: anything }, { weight: 3, arbitrary: way }), {
    minLength: LENGTH / 2,
    maxLength: LENGTH,
    size: 'max',
  })
  .map((blocks) => blocks.flat());

/** A session that a refresh ends is told by its end. */
const REFUSALS = /refused|reuse|session.revoked/;
const CODE_OF_A_REFUSAL = /^[A-Z_]+$/;

/** The invariants of security.md, after one step. */
async function check(model: SignInModel, name: string, step: Came, keys: string[], sessionsBefore: number) {
  const said = { step: name, outcome: step.outcome };
  // 1: no session without its reason, and 2: each thing that proves is good once (the reason is null for a spent one).
  const opened = model.sessions.length - sessionsBefore;
  if (opened > 0) expect({ ...said, because: step.because }).not.toMatchObject({ because: null });
  expect(opened).toBeLessThanOrEqual(1);
  // 3: failures fall by a success or an audited act alone.
  for (const person of model.people) {
    const tries = await model.triesOf(person);
    if (tries < person.tries)
      expect({ ...said, forgiven: person === step.forgave }).toEqual({ ...said, forgiven: true });
    person.tries = tries;
  }
  // 5: one event for each refusal, and one at least for each change.
  if (!step.audited) return;
  const refused = CODE_OF_A_REFUSAL.test(step.outcome);
  const refusals = keys.filter((key) => REFUSALS.test(key)).length;
  expect({ ...said, events: keys.length > 0 }).toEqual({ ...said, events: true });
  if (refused && name !== 'changePassword') expect({ ...said, keys, refusals }).toEqual({ ...said, keys, refusals: 1 });
}

describe('random sequences of everything that signs in', () => {
  const traces = new Map<string, string[]>();
  const worlds: World[] = [];
  afterAll(async () => {
    for (const world of worlds) await world.stop();
  });

  it.each(ENGINES)(
    'keep the invariants on %s',
    async (engine) => {
      const world = await startWorld(engine);
      worlds.push(world);
      const trace: string[] = [];
      await fc.assert(
        fc.asyncProperty(sequence, async (steps) => {
          const model = await SignInModel.begin(world);
          let known = (await model.auditKeys()).length;
          for (const [name, a, b] of steps) {
            const before = model.sessions.length;
            const step = await STEPS[name](model, a, b);
            trace.push(`${name}: ${step.outcome}`);
            const keys = await model.auditKeys();
            await check(model, name, step, keys.slice(known), before);
            known = keys.length;
          }
          await nothingEndedLives(model);
        }),
        { seed: SEED, numRuns: RUNS, endOnFailure: !LONG },
      );
      traces.set(engine, trace);
    },
    LONG ? 3_600_000 : 240_000,
  );

  /** 7 of the list above them all: what was ended is refused at the next request. */
  async function nothingEndedLives(model: SignInModel): Promise<void> {
    for (const session of model.sessions.filter(({ ended, owner }) => ended || !owner.active)) {
      const client = model.world.client();
      client.token = session.access;
      expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
    }
  }

  it('come to the same on every engine', () => {
    const [first, ...others] = [...traces.values()];
    expect(traces.size).toBe(ENGINES.length);
    for (const other of others) expect(other).toEqual(first);
  });

  it('reach every door, or they would show nothing', () => {
    const outcomes = new Set(traces.get('sqlite'));
    for (const wanted of [
      'login: SignedIn',
      'login: SecondFactorRequired',
      'login: EnrollmentRequired',
      'login: INVALID_CREDENTIALS',
      'verify: SignedIn',
      'verify: OTP_INVALID',
      'verify: TICKET_INVALID',
      'confirmEnrollment: SignedIn',
      'confirmEnrollment: ENROLLMENT_INVALID',
      'decline: SignedIn',
      'decline: DECLINE_NOT_ALLOWED',
      'refresh: Tokens',
      'refresh: INVALID_CREDENTIALS',
      'changePassword: Done',
      'sendCode: CodeSent',
    ]) {
      expect(outcomes).toContain(wanted);
    }
  });
});
