import { Logger } from '@nestjs/common';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { errorName } from './error-name.js';
import type { RedisTarget } from './redis-connection.js';

/** Bull's three kinds: commands; events of others; a connection that blocks while it waits for a job. */
export type ClientType = 'client' | 'subscriber' | 'bclient';

const CONNECT_MS = 3_000;
const LONGEST_PAUSE_MS = 2_000;
const RENEW_EVERY_MS = 5_000;
const LOG_EVERY_MS = 30_000;

const pause = (tries: number): number => Math.min(tries * 100, LONGEST_PAUSE_MS);

/** Makes Bull's connections, keeps them, and ends them: Bull leaves those that it did not make itself alone. */
export class RedisConnections {
  private readonly logger = new Logger('Redis');
  private readonly made: (Redis | Cluster)[] = [];
  private shared: Partial<Record<ClientType, Redis | Cluster>> = {};
  private silentUntil = 0;
  private suppressed = 0;
  private renewedUntil = 0;

  constructor(private readonly target: RedisTarget) {}

  /** All queues share one client and one subscriber; a blocked connection can serve only one of them. */
  create(type: ClientType): Redis | Cluster {
    if (type !== 'bclient') return (this.shared[type] ??= this.connect(type));
    const client = this.connect(type);
    const connect = client.connect.bind(client);
    // While it closes, Bull connects this one anew and minds nothing that this throws: with Redis down that would be
    // a rejection that nobody handles, and the end of the process. What fails is told by the 'error' event as well.
    client.connect = () => connect().catch(() => undefined);
    return client;
  }

  /** An 'error' event without a listener would end the process. An outage makes thousands: a few lines are enough. */
  readonly report = (error: unknown): void => {
    const now = performance.now();
    if (now < this.silentUntil) {
      this.suppressed += 1;
      return;
    }
    const more = this.suppressed > 0 ? ` (and ${String(this.suppressed)} more since the last line)` : '';
    this.silentUntil = now + LOG_EVERY_MS;
    this.suppressed = 0;
    this.logger.warn(`The queue's Redis is in trouble: ${errorName(error)}${more}`);
  };

  /**
   * Connects anew where a connection looks alive and does not answer: a host that lost its power says no goodbye, and
   * TCP alone would wait a quarter of an hour. What a worker was being handed is given out again as stalled.
   */
  renew(): void {
    const now = performance.now();
    if (now < this.renewedUntil) return;
    this.renewedUntil = now + RENEW_EVERY_MS;
    for (const client of this.made) if (client.status === 'ready') client.disconnect(true);
  }

  disconnect(): void {
    for (const client of this.made) client.disconnect();
  }

  private connect(type: ClientType): Redis | Cluster {
    const client = this.target.kind === 'cluster' ? this.cluster(type) : new Redis(this.options(type));
    // The three queues and Bull's own waiting each listen on the shared ones.
    client.setMaxListeners(50);
    client.on('error', this.report);
    this.made.push(client);
    return client;
  }

  private cluster(type: ClientType): Cluster {
    return new Cluster(this.target.nodes, {
      redisOptions: this.nodeOptions(type),
      clusterRetryStrategy: pause,
      enableReadyCheck: type === 'client',
      // TLS certificates name hosts, so nodes are not looked up beforehand.
      ...(this.target.tls
        ? { dnsLookup: (address: string, done: (e: null, a: string) => void) => done(null, address) }
        : {}),
    });
  }

  private options(type: ClientType): RedisOptions {
    const { kind, nodes, masterName, db, sentinelPassword, tls } = this.target;
    const common = { ...this.nodeOptions(type), db };
    if (kind === 'single') return { ...common, ...nodes[0] };
    return {
      ...common,
      sentinels: nodes,
      name: masterName ?? '',
      sentinelRetryStrategy: pause,
      ...(sentinelPassword === null ? {} : { sentinelPassword }),
      ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
    };
  }

  private nodeOptions(type: ClientType): RedisOptions {
    const { username, password, tls } = this.target;
    return {
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password }),
      ...(tls ? { tls: {} } : {}),
      connectTimeout: CONNECT_MS,
      disconnectTimeout: 500,
      keepAlive: 10_000,
      retryStrategy: pause,
      // After a failover the old master answers READONLY: go and ask for the new one, and send the command again.
      reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
      ...(type === 'client'
        ? // A command that finds Redis dead fails after one reconnection, and never lies in memory until it is back.
          { maxRetriesPerRequest: 1, enableReadyCheck: true }
        : // Bull demands these of connections that wait.
          { maxRetriesPerRequest: null, enableReadyCheck: false }),
    };
  }
}
