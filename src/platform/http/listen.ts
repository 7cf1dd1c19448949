import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config/index.js';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: set PORT to another one.',
  EACCES: 'needs rights that this process does not have: set PORT to one above 1023.',
  EADDRNOTAVAIL: 'cannot be had, since this machine does not have that address: set HOST to one that it has.',
  ENOTFOUND: 'cannot be had, since that name is not known: set HOST to an address of this machine.',
};

/**
 * Starts to listen.
 * @returns the port, which the system chose where the configuration says 0
 * @throws Error that says what to change, where the port or address cannot be had
 */
export async function listen(
  app: NestFastifyApplication,
  { host, port }: Pick<Config, 'host' | 'port'>,
): Promise<number> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw new Error(`Port ${String(port)} on ${host} ${reason}`, { cause: error });
  }
  const address = app.getHttpServer().address();
  return address !== null && typeof address === 'object' ? address.port : port;
}
