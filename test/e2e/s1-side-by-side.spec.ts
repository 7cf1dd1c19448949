import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createUser, login } from '../support/people.js';
import { serviceDesk } from '../support/scenes.js';
import { ADMIN, ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('1.4 many sign-ins side by side, on %s', (engine) => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  it('each gets the answer to its own password, and nobody that of another', async () => {
    const desk = await serviceDesk(world);
    const emails: string[] = [];
    for (let index = 0; index < 8; index += 1) emails.push((await createUser(desk)).email);
    const tries = emails.flatMap((email) => [
      { email, right: true, answer: login(world.client(), email) },
      { email, right: false, answer: login(world.client(), email, 'not the password of anybody') },
    ]);
    for (const { email, right, answer } of tries) {
      const expected = right ? { __typename: 'SignedIn', user: { email } } : { code: 'INVALID_CREDENTIALS' };
      expect(await answer).toMatchObject(expected);
    }
  });

  it('another application in the same process answers for itself alone', async () => {
    const other = await startWorld(engine);
    const desk = await serviceDesk(other);
    const { email } = await createUser(desk);
    expect(await login(other.client(), email)).toMatchObject({ __typename: 'SignedIn' });
    expect(await login(world.client(), email)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await other.stop();
    expect(await login(world.client(), ADMIN.email, ADMIN.password)).toMatchObject({ __typename: 'SignedIn' });
  });
});
