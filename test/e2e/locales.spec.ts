import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import {
  codeIn,
  createUser,
  login,
  mailTo,
  organization,
  outcomeOf,
  settle,
  tokenIn,
  updateUser,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const WORDS = [
  ['en', 'Hello', /Confirm your e-mail address/, /Your code for Acme/, /factor was added/, 'e-mail', '90 seconds'],
  [
    'de',
    'Guten Tag',
    /Bestätigen Sie Ihre E-Mail-Adresse/,
    /Ihr Code für Acme/,
    /hinzugefügt/,
    'E-Mail',
    '90 Sekunden',
  ],
  ['fr', 'Bonjour', /Confirmez votre adresse e-mail/, /Votre code pour Acme/, /a été ajouté/, 'e-mail', '90 secondes'],
  ['nl', 'Hallo', /Bevestig uw e-mailadres/, /Uw code voor Acme/, /toegevoegd/, 'e-mail', '90 seconden'],
  ['es', 'Hola', /Confirme su dirección de correo/, /Su código para Acme/, /Se ha añadido/, 'correo', '90 segundos'],
] as const;

describe.each(ENGINES)('messages in the language of the person, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  it.each(WORDS)(
    '%s: activation, code and notice',
    async (locale, greeting, activation, code, added, method, lasts) => {
      const { admin } = await organization(world, 'everyone');
      await settle(admin, { issuer: 'Acme' });
      const { id, email } = await createUser(admin, { locale, displayName: 'Zoë' });
      await admin.ask(op.SEND_ACTIVATION, { id });
      const first = await mailTo(world, email, activation);
      expect(first.text).toContain(greeting);
      expect(first.text).toContain('Zoë');
      expect(tokenIn(first.text)).toMatch(/^[\w-]{40,}$/);

      const client = world.client();
      const { ticket } = await login(client, email);
      const started = await client.ask(op.START, { input: { ticket, method: 'EMAIL' } });
      const sent = await mailTo(world, email, code);
      expect(sent.text).toContain(lasts);
      const input = { ticket, enrollmentId: started.id, code: codeIn(sent.text) };
      expect((await client.ask(op.CONFIRM, { input })).amr).toEqual(['pwd', 'email']);
      expect((await mailTo(world, email, added)).text.toLowerCase()).toContain(method.toLowerCase());
    },
  );

  it('no two of them share a sentence of their subjects', async () => {
    const { admin } = await organization(world);
    const subjects = new Set<string>();
    for (const [locale, , activation] of WORDS) {
      const user = await createUser(admin, { locale, sendActivationEmail: true });
      subjects.add((await mailTo(world, user.email, activation)).subject.replace(/House of.*/, ''));
    }
    expect(subjects.size).toBe(WORDS.length);
  });

  it('can be changed, is English where nothing was said, and is one of the five', async () => {
    const { admin } = await organization(world);
    const { id, email } = await createUser(admin);
    await updateUser(admin, id, { locale: 'nl' });
    await admin.ask(op.SEND_ACTIVATION, { id });
    await mailTo(world, email, /Bevestig uw e-mailadres/);
    const plain = await createUser(admin, { sendActivationEmail: true });
    await mailTo(world, plain.email, /Confirm your e-mail address/);
    for (const locale of ['xx', 'EN', '']) {
      expect(outcomeOf(await admin.ask(op.UPDATE_USER, { id, input: { locale } }))).toBe('INVALID_VALUE');
    }
  });
});
