import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, login } from '../support/people.js';
import { everythingAtRest, serviceDesk } from '../support/scenes.js';
import { base32Decode } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const HEX = '3132333435363738393031323334353637383930';
const BASE32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe.each(ENGINES)('0.11 hard tokens: the import, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
  });
  afterAll(() => world.stop());

  const load = (csv: string) =>
    desk.ask(op.IMPORT_TOKENS, { csv }) as Promise<{ imported: number; problems: string[] }>;
  const known = async (): Promise<{ serial: string }[]> => (await desk.ask(op.TOKENS_IN_FULL, { first: 100 })).nodes;

  it('takes serial numbers and seeds, in hex or base32, of every kind', async () => {
    const csv = [
      'serial,seed,algorithm,digits,period',
      `FT-0001,${HEX}`,
      `FT-0002,${BASE32},SHA1,6,30`,
      `FT-0003,${HEX}${HEX},SHA256,8,60`,
      '',
      `"FT-0004" , "${HEX}${HEX}${HEX}" , sha-512 , 8 , 30`,
    ].join('\r\n');
    expect(await load(csv)).toEqual({ imported: 4, problems: [] });
    expect(await known()).toMatchObject([
      { serial: 'FT-0001', algorithm: 'SHA1', digits: 6, period: 30, state: 'FREE', user: null },
      { serial: 'FT-0002', algorithm: 'SHA1', digits: 6, period: 30, state: 'FREE', user: null },
      { serial: 'FT-0003', algorithm: 'SHA256', digits: 8, period: 60, state: 'FREE', user: null },
      { serial: 'FT-0004', algorithm: 'SHA512', digits: 8, period: 30, state: 'FREE', user: null },
    ]);
  });

  it('keeps the seeds sealed, and has no field that reads one back', async () => {
    const rest = await everythingAtRest(world);
    expect(base32Decode(BASE32).toString('hex')).toBe(HEX);
    for (const form of [HEX, BASE32, '12345678901234567890', base32Decode(BASE32).toString('base64')]) {
      expect(rest.toLowerCase()).not.toContain(form.toLowerCase());
    }
    const asked = await desk.send('{ hardwareTokens { nodes { serial seed } } }');
    expect(asked.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    const sealed = await desk.send('{ hardwareTokens { nodes { serial seedSealed } } }');
    expect(sealed.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('imports nothing unless every line is sound, and names the lines that are not', async () => {
    const before = await known();
    const { imported, problems } = await load(
      [
        `OK-1,${HEX}`,
        `,${HEX}`,
        'BAD-3,0102',
        'BAD-4,not a seed at all!',
        `BAD-5,${HEX},MD5`,
        `BAD-6,${HEX},SHA1,7`,
        `BAD-7,${HEX},SHA1,6,45`,
        `BAD-8,${HEX},SHA1,6,30,extra`,
        `OK-1,${HEX}`,
      ].join('\n'),
    );
    expect(imported).toBe(0);
    expect(problems.map((problem) => /^Line (\d+)/.exec(problem)?.[1])).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
    ]);
    expect(JSON.stringify(problems)).not.toContain(HEX);
    expect(await known()).toEqual(before);
  });

  it('does not take a serial number twice', async () => {
    expect(await load(`TW-1,${HEX}`)).toMatchObject({ imported: 1 });
    const again = await load(`TW-2,${HEX}\nTW-1,${BASE32}`);
    expect(again).toMatchObject({ imported: 0, problems: [expect.stringContaining('TW-1')] });
    expect((await known()).filter(({ serial }) => serial.startsWith('TW'))).toHaveLength(1);
  });

  it.each(['', '\n\n', 'serial,seed,algorithm,digits,period'])('%j holds no token', async (csv) => {
    expect(await load(csv)).toMatchObject({ imported: 0, problems: [expect.any(String)] });
  });

  it('lists them page by page, in the order of their serial numbers', async () => {
    await load(Array.from({ length: 5 }, (_, index) => `PG-${String(index)},${HEX}`).join('\n'));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: { nodes: { serial: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } =
        await desk.ask(op.TOKENS_IN_FULL, { first: 3, after });
      seen.push(...page.nodes.map(({ serial }) => serial));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toEqual((await known()).map(({ serial }) => serial));
  });

  it('is for whoever may change users, and is audited without a seed', async () => {
    const { email } = await createUser(desk);
    const client = world.client();
    client.token = (await login(client, email)).accessToken;
    expect(await client.errorOf(op.IMPORT_TOKENS, { csv: `NO-1,${HEX}` })).toBe('FORBIDDEN');
    expect(await client.errorOf(op.TOKENS)).toBe('FORBIDDEN');
    const { nodes } = await desk.ask(op.AUDIT, { first: 100 });
    const events = (nodes as { key: string }[]).filter(({ key }) => key.includes('hardware-token'));
    expect(events.length).toBeGreaterThan(0);
    expect(JSON.stringify(nodes)).not.toContain(HEX);
  });
});
