import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from '@jest/globals';
import { addressProblem, GatewayRefusedError, gatewayProblem, guardedLookup } from './gateway-guard.js';

describe('gatewayProblem', () => {
  it.each([
    ['https://sms.example.com/send', []],
    ['http://sms.example.com:8080/send?account=1', []],
    ['https://SMS.example.com./send', ['sms.example.com']],
    ['http://127.0.0.1:9000/', ['127.0.0.1']],
    ['http://127.0.0.1:9000/', ['127.0.0.1:9000']],
    ['http://[::1]:9000/', ['::1']],
    ['http://10.1.2.3/', ['10.1.2.3', 'sms.example.com']],
    ['https://8.8.8.8/', []],
    ['https://[2606:4700::1111]/', []],
  ])('lets %s pass with %j named', (url, named) => {
    expect(gatewayProblem(url, named)).toBeNull();
  });

  it.each([
    ['not a url', []],
    ['ftp://sms.example.com/', []],
    ['file:///etc/passwd', []],
    ['https://user:pw@sms.example.com/', []],
    ['https://sms.example.com/#x', []],
    ['https://other.example.com/', ['sms.example.com']],
    ['http://127.0.0.1:9001/', ['127.0.0.1:9000']],
    ['http://127.0.0.1/', []],
    ['http://127.0.0.1/', ['sms.example.com']],
    ['http://2130706433/', []],
    ['http://0x7f.1/', []],
    ['http://0/', []],
    ['http://10.0.0.1/', []],
    ['http://172.31.255.255/', []],
    ['http://192.168.1.1/', []],
    ['http://100.100.100.200/', []],
    ['http://169.254.169.254/latest/meta-data/', []],
    ['http://[::1]/', []],
    ['http://[::]/', []],
    ['http://[::ffff:127.0.0.1]/', []],
    ['http://[::ffff:a9fe:a9fe]/', []],
    ['http://[64:ff9b::7f00:1]/', []],
    ['http://[2002:7f00:1::]/', []],
    ['http://[fd00:ec2::254]/', []],
    ['http://[fe80::1]/', []],
  ])('refuses %s with %j named', (url, named) => {
    expect(gatewayProblem(url, named)).toEqual(expect.any(String));
  });
});

describe('what is said of a gateway', () => {
  const INSIDE = 'The gateway leads to an address that is not public and not named in SMS_GATEWAY_HOSTS.';
  const LINK_LOCAL = 'The gateway leads to a link-local address.';
  const UNNAMED = 'The host of the gateway is not named in SMS_GATEWAY_HOSTS.';

  it.each<[string, string[], string | null]>([
    ['not a url', [], 'The gateway URL cannot be read.'],
    ['ftp://sms.example.com/', [], 'The gateway URL must begin with https:// or http://.'],
    ['https://user@sms.example.com/', [], 'The gateway URL must not hold a user name or password.'],
    ['https://:pw@sms.example.com/', [], 'The gateway URL must not hold a user name or password.'],
    ['https://sms.example.com/#x', [], 'The gateway URL must not have a fragment.'],
    ['https://other.example.com/', ['sms.example.com'], UNNAMED],
    ['https://sms.example.com/', ['sms.example.com:443'], null],
    ['http://sms.example.com/', ['sms.example.com:80'], null],
    ['http://sms.example.com/', ['sms.example.com:443'], UNNAMED],
    ['https://sms.example.com/', ['sms.example.com:80'], UNNAMED],
    ['https://sms.example.com/', ['SMS.EXAMPLE.COM.'], null],
    ['https://[2606:4700::1111]/', ['[2606:4700::1111]'], null],
    ['http://169.254.169.254/', [], LINK_LOCAL],
    ['http://169.254.169.254/', ['169.254.169.254'], null],
    ['http://169.254.169.254:8080/', ['169.254.169.254:8080'], null],
    ['http://169.254.169.254:8080/', ['169.254.169.254:8081'], UNNAMED],
    ['http://[fd00::1]/', ['FD00::1'], null],
    ['http://[fe80::1]/', [], LINK_LOCAL],
    ['http://0.1.2.3/', [], INSIDE],
    ['http://100.64.0.1/', [], INSIDE],
    ['http://172.16.0.1/', [], INSIDE],
    ['http://192.0.0.1/', [], INSIDE],
    ['http://192.0.2.1/', [], INSIDE],
    ['http://192.88.99.1/', [], INSIDE],
    ['http://198.18.0.1/', [], INSIDE],
    ['http://198.19.255.255/', [], INSIDE],
    ['http://198.51.100.1/', [], INSIDE],
    ['http://203.0.113.1/', [], INSIDE],
    ['http://224.0.0.1/', [], INSIDE],
    ['http://255.255.255.255/', [], INSIDE],
    ['http://[100::1]/', [], INSIDE],
    ['http://[fec0::1]/', [], INSIDE],
    ['http://[ff02::1]/', [], INSIDE],
    ['http://[2001:db8::1]/', [], INSIDE],
    ['http://[2001::1]/', [], INSIDE],
    ['http://[64:ff9b:1::1]/', [], INSIDE],
    ['http://11.0.0.1/', [], null],
    ['http://100.128.0.1/', [], null],
    ['http://172.32.0.1/', [], null],
    ['http://198.20.0.1/', [], null],
    ['http://223.255.255.255/', [], null],
    ['http://[2001:200::1]/', [], null],
  ])('%s with %j named: %s', (url, named, sentence) => {
    expect(gatewayProblem(url, named)).toBe(sentence);
  });
});

describe('guardedLookup', () => {
  const ask = (addresses: LookupAddress[], named: string[] = [], all = true): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const lookup = guardedLookup(new URL('https://sms.example.com/'), named, (_host, _options, done) =>
        done(null, addresses),
      );
      lookup('sms.example.com', { all }, (error, found) => (error ? reject(error) : resolve(found)));
    });
  const v4 = (address: string): LookupAddress => ({ address, family: 4 });

  it('hands on the addresses that it has checked', async () => {
    await expect(ask([v4('8.8.8.8')])).resolves.toEqual([v4('8.8.8.8')]);
    await expect(ask([v4('8.8.8.8')], [], false)).resolves.toBe('8.8.8.8');
  });

  it.each([['127.0.0.1'], ['10.0.0.5'], ['169.254.169.254'], ['0.0.0.0']])(
    'refuses a public name that leads to %s',
    async (address) => {
      await expect(ask([v4(address)])).rejects.toThrow(GatewayRefusedError);
    },
  );

  it('refuses when one of several addresses is private', async () => {
    await expect(ask([v4('8.8.8.8'), { address: '::1', family: 6 }])).rejects.toThrow(GatewayRefusedError);
  });

  it('takes a private address of a named host or a named address, but no metadata service by name', async () => {
    await expect(ask([v4('10.0.0.5')], ['sms.example.com'])).resolves.toHaveLength(1);
    await expect(ask([v4('169.254.169.254')], ['sms.example.com'])).rejects.toThrow(GatewayRefusedError);
    await expect(ask([v4('169.254.169.254')], ['sms.example.com', '169.254.169.254'])).resolves.toHaveLength(1);
  });

  it('fails where the name has no address', async () => {
    await expect(ask([])).rejects.toThrow('no address');
  });

  it.each([
    [4, { all: true, family: 4 }],
    [6, { all: true, family: 6 }],
    [0, { all: true }],
    [undefined, { all: true }],
    ['IPv4', { all: true }],
  ] as const)('asks for every address, of the family %s', async (family, asked) => {
    const options = await new Promise((resolve) => {
      const lookup = guardedLookup(new URL('https://sms.example.com/'), [], (_host, given, done) => {
        resolve(given);
        done(null, [v4('8.8.8.8')]);
      });
      lookup('sms.example.com', { family }, () => undefined);
    });
    expect(options).toEqual(asked);
  });

  it('hands an error of the resolver on, and says its own name', async () => {
    const failing = guardedLookup(new URL('https://sms.example.com/'), [], (_host, _options, done) =>
      done(new Error('ENOTFOUND'), []),
    );
    const error = await new Promise((resolve) => failing('sms.example.com', {}, resolve));
    expect(error).toEqual(new Error('ENOTFOUND'));
    await expect(ask([v4('10.0.0.5')])).rejects.toMatchObject({ name: 'GatewayRefusedError' });
  });

  it('takes a named private address, however it is written', () => {
    expect(addressProblem('fd00::1', new URL('https://sms.example.com/'), ['FD00::1'])).toBeNull();
    expect(addressProblem('fe80::1%eth0', new URL('https://sms.example.com/'), [])).toEqual(expect.any(String));
  });
});
