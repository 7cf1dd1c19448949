import { KeyRing } from '../../src/platform/crypto/index.js';
import type { Client, GraphqlAnswer } from './client.js';
import { TestClock } from './test-clock.js';
import { type Engine, ENGINES, startWorld, type World } from './world.js';

/** How many processes answer on one database: SQLite serves one. */
export const STAGES: [Engine, number][] = ENGINES.flatMap((engine): [Engine, number][] =>
  engine === 'sqlite'
    ? [[engine, 1]]
    : [
        [engine, 1],
        [engine, 2],
      ],
);

export interface Stage {
  /** Its database, clock, keys and mails are those of all. */
  world: World;
  /** The next process in turn answers this client. */
  client: () => Client;
  stop: () => Promise<void>;
}

/** Applications that share a database, keys, a queue and a clock, as several API processes do. */
export async function startStage(engine: Engine, processes: number): Promise<Stage> {
  const clock = new TestClock();
  const keyRing = KeyRing.parse(KeyRing.generate());
  const world = await startWorld(engine, { clock, keyRing });
  const worlds = [world];
  while (worlds.length < processes) {
    const { databaseUrl, redisUrl } = world.config;
    const env = { DATA_DIR: world.dataDir, ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }) };
    worlds.push(await startWorld(engine, { clock, keyRing, databaseUrl, env }));
  }
  let turn = 0;
  const client = (): Client => {
    turn += 1;
    return worlds[turn % worlds.length]!.client();
  };
  const stop = async (): Promise<void> => {
    for (const each of worlds.reverse()) await each.stop();
  };
  return { world, client, stop };
}

/** All at once. Every answer is expected to be one: a race lost is a refusal, never an error. */
export async function atOnce<T extends { __typename: string }>(
  times: number,
  send: (index: number) => Promise<GraphqlAnswer>,
): Promise<T[]> {
  const answers = await Promise.all(Array.from({ length: times }, (_, index) => send(index)));
  return answers.map(({ data, errors }) => {
    if (errors !== undefined) throw new Error(`A race ended in ${JSON.stringify(errors)}`);
    return Object.values(data as Record<string, T>)[0]!;
  });
}

/** How often each outcome came: the code of a refusal, or the member of the union. */
export function tally(results: readonly { __typename: string; code?: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { __typename, code } of results) counts[code ?? __typename] = (counts[code ?? __typename] ?? 0) + 1;
  return counts;
}
