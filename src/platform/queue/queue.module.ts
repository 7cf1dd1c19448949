import { BullModule, getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type Bull from 'bull';
import { BullJobQueue } from './bull.queue.js';
import { InProcessQueue } from './in-process.queue.js';
import { JobQueue, LANES, type Lane } from './queue.port.js';
import { QueueShutdown } from './queue-shutdown.js';
import { RedisConnections } from './redis-clients.js';
import { parseRedisUrl } from './redis-connection.js';

export interface QueueModuleOptions {
  /** Null: the queue lives in the process. See parseRedisUrl for the forms. */
  redisUrl: string | null;
}

/**
 * A job that stays in Redis after its end, failed or not, keeps its id taken, and publishing that id again would be
 * ignored. Which messages failed is told by their rows.
 */
const JOB_OPTIONS: Bull.JobOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

const SETTINGS: Bull.AdvancedSettings = {
  lockDuration: 30_000,
  // An id whose worker died between taking and locking it is given to another worker within two of these.
  stalledInterval: 5_000,
  maxStalledCount: 3,
  retryProcessDelay: 1_000,
  drainDelay: 5,
};

@Global()
@Module({})
export class QueueModule {
  /** @throws Error that says what is wrong with the URL, and repeats nothing of it */
  static forRoot({ redisUrl }: QueueModuleOptions): DynamicModule {
    return {
      module: QueueModule,
      ...(redisUrl === null
        ? { providers: [QueueShutdown, { provide: JobQueue, useClass: InProcessQueue }] }
        : onRedis(redisUrl)),
      exports: [JobQueue],
    };
  }
}

function onRedis(redisUrl: string): Pick<DynamicModule, 'imports' | 'providers'> {
  const target = parseRedisUrl(redisUrl);
  const connections = new RedisConnections(target);
  return {
    imports: [
      BullModule.forRoot({
        createClient: (type) => connections.create(type),
        // One hash tag for all keys: in a Cluster they lie in one slot, where scripts can reach all of them.
        prefix: `{${target.prefix}}`,
        defaultJobOptions: JOB_OPTIONS,
        settings: SETTINGS,
      }),
      BullModule.registerQueue(...LANES.map((name) => ({ name }))),
    ],
    providers: [
      QueueShutdown,
      {
        provide: JobQueue,
        useFactory: (...queues: Bull.Queue[]) =>
          new BullJobQueue(
            Object.fromEntries(LANES.map((lane, index) => [lane, queues[index]])) as Record<Lane, Bull.Queue>,
            connections,
          ),
        inject: LANES.map((lane) => getQueueToken(lane)),
      },
    ],
  };
}
