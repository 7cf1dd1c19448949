import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/index.js';
import { findBinary } from '../support/binaries.js';
import { type MariadbServer, startMariadb } from '../support/mariadb.js';
import { ENGINES } from '../support/world.js';

const ready = ENGINES.includes('mariadb') && findBinary('openssl') !== null;

describe.each(ready ? ['MariaDB'] : [])('TLS to %s', () => {
  let folder: string;
  let right: MariadbServer;
  let other: MariadbServer;
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });

  /** A certificate for a host, by the authority of this test. */
  function certificate(host: string): string[] {
    writeFileSync(file(`${host}.ext`), `subjectAltName=DNS:${host}\n`);
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${host}`,
      ...['-keyout', file(`${host}.key`)],
      ...['-out', file(`${host}.csr`)],
    );
    openssl(
      ...[
        'x509',
        '-req',
        '-in',
        file(`${host}.csr`),
        '-CA',
        file('ca.pem'),
        '-CAkey',
        file('ca.key'),
        '-CAcreateserial',
      ],
      ...['-days', '2', '-extfile', file(`${host}.ext`), '-out', file(`${host}.pem`)],
    );
    chmodSync(file(`${host}.key`), 0o600);
    return [`--ssl-ca=${file('ca.pem')}`, `--ssl-cert=${file(`${host}.pem`)}`, `--ssl-key=${file(`${host}.key`)}`];
  }

  async function server(host: string): Promise<MariadbServer> {
    const started = await startMariadb({ args: certificate(host) });
    if (started === null) throw new Error('There is no MariaDB.');
    await started.createDatabase('tls');
    return started;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-tls-'));
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=Test',
      ...['-keyout', file('ca.key'), '-out', file('ca.pem')],
    );
    right = await server('localhost');
    other = await server('other.example.com');
  }, 60_000);
  afterAll(async () => {
    await right.stop();
    await other.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function cipherOf({ port }: MariadbServer, query: string): Promise<string> {
    const databaseUrl = `mariadb://root@localhost:${String(port)}/tls${query}`;
    const source = await new DataSource(dataSourceOptions({ databaseUrl })).initialize();
    const [row] = await source.query<[{ Value: string }]>("SHOW STATUS LIKE 'Ssl_cipher'");
    await source.destroy();
    return row.Value;
  }

  it('is used with authorities of one’s own', async () => {
    expect(await cipherOf(right, `?tls=true&tlsCa=${encodeURIComponent(file('ca.pem'))}`)).not.toBe('');
  });

  it('is not used unless asked for', async () => {
    expect(await cipherOf(right, '')).toBe('');
  });

  it('refuses a certificate of nobody that is known', async () => {
    await expect(cipherOf(right, '?tls=true')).rejects.toThrow(/certificate/);
  });

  it('refuses a good certificate of another host', async () => {
    const query = `?tls=true&tlsCa=${encodeURIComponent(file('ca.pem'))}`;
    await expect(cipherOf(other, query)).rejects.toThrow(/other\.example\.com|altnames/);
  });

  it('says which file of authorities cannot be read', () => {
    expect(() => dataSourceOptions({ databaseUrl: 'mysql://u:hunter2@h/x?tls=true&tlsCa=/no/such.pem' })).toThrow(
      'tlsCa=/no/such.pem, cannot be read',
    );
  });
});
