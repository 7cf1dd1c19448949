import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  createUser,
  enrollApp,
  login,
  mailTo,
  newAddress,
  outcomeOf,
  PASSWORD,
  settle,
  tokenIn,
} from '../support/people.js';
import { begun, freshMail, serviceDesk, switchOn, withToken } from '../support/scenes.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

/** Every value that opens something, shown wherever another one belongs. */
describe.each(ENGINES)('a value in a place that is not its own, on %s', (engine) => {
  let world: World;
  let desk: Client;
  let values: Record<string, string>;
  let email: string;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await switchOn(desk);
    await settle(desk, { methods: ['TOTP'], rememberBrowserDays: 30 });
    ({ email } = await createUser(desk, { useTwoFactor: true }));
    const { app, recoveryCodes } = await enrollApp(world, email);
    world.clock.advance(30);
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    const input = { ticket, method: 'TOTP', code: app(world.clock.now()), rememberBrowser: true };
    const opened = await client.ask(op.VERIFY, { input });
    const half = await begun(world, email, 'SecondFactorRequired');

    const pending = newAddress();
    await createUser(desk, { email: pending, password: undefined, sendActivationEmail: true });
    await settle(desk, { totpDelivery: 'MAILED_LINK' });
    const other = await createUser(desk, { useTwoFactor: true });
    const first = await begun(world, other.email, 'EnrollmentRequired');
    await first.client.ask(op.START, { input: { ticket: first.ticket, method: 'TOTP' } });
    values = {
      ticket: half.ticket,
      access: opened.accessToken,
      refresh: opened.refreshToken,
      browser: opened.trustedBrowserToken,
      recovery: recoveryCodes[0] ?? '',
      confirmation: tokenIn((await mailTo(world, pending)).text),
      enrollmentLink: tokenIn((await freshMail(world, other.email)).text),
      apiKey: desk.token ?? '',
    };
    expect(Object.values(values).every((value) => value.length > 10)).toBe(true);
  }, 60_000);
  afterAll(() => world.stop());

  const PLACES: Record<string, { own: string[]; opens: (value: string) => Promise<string>; refusal: RegExp }> = {
    'the Authorization header': {
      own: ['access', 'apiKey'],
      opens: (value) => withToken(world, value).errorOf(op.ME),
      refusal: /^UNAUTHENTICATED$/,
    },
    'the access cookie': {
      own: ['access', 'apiKey'],
      opens: (value) => world.client({ cookie: `countersign-access=${value}` }).errorOf(op.ME),
      refusal: /^UNAUTHENTICATED$/,
    },
    refresh: {
      own: ['refresh'],
      opens: async (value) => outcomeOf(await world.client().ask(op.REFRESH, { token: value })),
      refusal: /^INVALID_CREDENTIALS$/,
    },
    'the ticket of verify': {
      own: ['ticket'],
      opens: async (value) => {
        const input = { ticket: value, method: 'TOTP', code: '000000' };
        return outcomeOf(await world.client().ask(op.VERIFY, { input }));
      },
      refusal: /^TICKET_INVALID$/,
    },
    'the ticket of startEnrollment': {
      own: ['ticket'],
      opens: async (value) => {
        const input = { ticket: value, method: 'TOTP' };
        return outcomeOf(await world.client().ask(op.START, { input }));
      },
      refusal: /^TICKET_INVALID$/,
    },
    'the trusted browser': {
      own: ['browser'],
      opens: async (value) => outcomeOf(await login(world.client(), email, PASSWORD, { trustedBrowserToken: value })),
      refusal: /^SecondFactorRequired$/,
    },
    'a code': {
      own: [],
      opens: async (value) => {
        const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
        return outcomeOf(await client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code: value } }));
      },
      refusal: /^OTP_INVALID$/,
    },
    'the link that confirms an address': {
      own: ['confirmation'],
      opens: async (value) =>
        outcomeOf(await world.client().ask(op.CONFIRM_EMAIL, { token: value, password: PASSWORD })),
      refusal: /^LINK_INVALID$/,
    },
    'the link to a QR code': {
      own: ['enrollmentLink'],
      opens: async (value) => {
        const { email: newcomer } = await createUser(desk, { useTwoFactor: true });
        const { client, ticket } = await begun(world, newcomer, 'EnrollmentRequired');
        return outcomeOf(await client.ask(op.OPEN_LINK, { input: { token: value, ticket } }));
      },
      refusal: /^LINK_INVALID$/,
    },
  };

  it.each(Object.keys(PLACES))('%s takes its own kind alone', async (place) => {
    const { own, opens, refusal } = PLACES[place]!;
    for (const [kind, value] of Object.entries(values)) {
      if (own.includes(kind)) continue;
      expect({ kind, outcome: await opens(value) }).toEqual({ kind, outcome: expect.stringMatching(refusal) });
    }
  });

  it('and none of them was used up by it', async () => {
    expect(await withToken(world, values.access ?? '').ask(op.ME)).toMatchObject({ email });
    expect(outcomeOf(await world.client().ask(op.REFRESH, { token: values.refresh }))).toBe('Tokens');
    const trusted = { trustedBrowserToken: values.browser };
    expect(outcomeOf(await login(world.client(), email, PASSWORD, trusted))).toBe('SignedIn');
    const confirmed = await world.client().ask(op.CONFIRM_EMAIL, { token: values.confirmation });
    expect(outcomeOf(confirmed)).toBe('Done');
  });
});
