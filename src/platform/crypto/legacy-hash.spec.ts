import { describe, expect, it } from '@jest/globals';
import { legacyCheck } from './legacy-hash.js';

const SCRYPT_RFC7914 =
  '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$' +
  'cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw';
const PBKDF2_TAIL = '$+QYTIC06R1RhbnuIlaKvvA$hVhCdZtVt+fnCLkI0tM5aN/MPS7VWESg0Eo37B9mPkk';
const PBKDF2_SHA512 =
  '$pbkdf2-sha512$i=1000$ZGVmZ2hpamtsbW5vcHFycw$' +
  'o/q1W6ooUPmU8C0oCNSAXD2oPFyJhjbTm8NG2uEjkKPiLTdsIIQUrqKxWT8deFtJKOMeBWkuSOf+2XnN9o18hg';
const BCRYPT_TAIL = '05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

describe('legacyCheck', () => {
  it.each([
    ['scrypt, RFC 7914 §12', SCRYPT_RFC7914, 'pleaseletmein'],
    [
      'scrypt, its parameters in another order',
      SCRYPT_RFC7914.replace('ln=14,r=8,p=1', 'r=8,p=1,ln=14'),
      'pleaseletmein',
    ],
    ['PBKDF2-SHA256', `$pbkdf2-sha256$i=6400${PBKDF2_TAIL}`, 'correct horse'],
    ['PBKDF2-SHA256 with padding', `$pbkdf2-sha256$i=6400${PBKDF2_TAIL}=`, 'correct horse'],
    ['PBKDF2-SHA256 as Passlib writes it', `$pbkdf2-sha256$6400${PBKDF2_TAIL.replaceAll('+', '.')}`, 'correct horse'],
    ['PBKDF2-SHA512', PBKDF2_SHA512, 'password'],
    ['bcrypt 2a', `$2a$${BCRYPT_TAIL}`, 'U*U'],
    ['bcrypt 2b', `$2b$${BCRYPT_TAIL}`, 'U*U'],
    ['bcrypt 2y', `$2y$${BCRYPT_TAIL}`, 'U*U'],
  ])('takes over %s', async (_name, hash, secret) => {
    const check = legacyCheck(hash);
    expect(await check?.(secret)).toBe(true);
    expect(await check?.(`${secret} `)).toBe(false);
    expect(await check?.('')).toBe(false);
  });

  const digest = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64').replaceAll('=', '');
  it.each([
    ['nothing', ''],
    ['plain text', 'hunter2hunter2'],
    ['an unsalted MD5', '5f4dcc3b5aa765d61d8327deb882cf99'],
    ['another algorithm', `$md5$i=1000$${digest(16)}$${digest(16)}`],
    ['crypt of SHA-512', `$6$saltsalt$${digest(48)}`],
    ['a broken variant of bcrypt', `$2x$${BCRYPT_TAIL}`],
    ['bcrypt, cut short', `$2b$${BCRYPT_TAIL.slice(0, -1)}`],
    ['bcrypt, too cheap', `$2b$03${BCRYPT_TAIL.slice(2)}`],
    ['bcrypt, hours long', `$2b$31${BCRYPT_TAIL.slice(2)}`],
    ['scrypt, too cheap', `$scrypt$ln=1,r=8,p=1$${digest(16)}$${digest(32)}`],
    ['scrypt of 2^31 rounds', `$scrypt$ln=31,r=8,p=1$${digest(16)}$${digest(32)}`],
    ['scrypt of 256 MiB', `$scrypt$ln=17,r=16,p=1$${digest(16)}$${digest(32)}`],
    ['scrypt, very parallel', `$scrypt$ln=14,r=8,p=1000000$${digest(16)}$${digest(32)}`],
    ['scrypt without p', `$scrypt$ln=14,r=8$${digest(16)}$${digest(32)}`],
    ['scrypt with something more', `$scrypt$ln=14,r=8,p=1,x=1$${digest(16)}$${digest(32)}`],
    ['scrypt with a parameter twice', `$scrypt$ln=14,r=8,r=8$${digest(16)}$${digest(32)}`],
    ['scrypt with a signed parameter', `$scrypt$ln=-14,r=8,p=1$${digest(16)}$${digest(32)}`],
    ['PBKDF2 of one round', `$pbkdf2-sha256$i=1$${digest(16)}$${digest(32)}`],
    ['PBKDF2 of a billion rounds', `$pbkdf2-sha256$i=1000000000$${digest(16)}$${digest(32)}`],
    ['PBKDF2 with rounds in hexadecimal', `$pbkdf2-sha256$i=0xffff$${digest(16)}$${digest(32)}`],
    ['a digest of one byte, which every 256th password hits', `$pbkdf2-sha256$i=6400$${digest(16)}$${digest(1)}`],
    ['no digest, which every password hits', `$pbkdf2-sha256$i=6400$${digest(16)}$`],
    ['a salt of one byte', `$pbkdf2-sha256$i=6400$${digest(1)}$${digest(32)}`],
    ['a digest of megabytes', `$pbkdf2-sha256$i=6400$${digest(16)}$${digest(1_000_000)}`],
  ])('takes over no %s', (_name, hash) => {
    expect(legacyCheck(hash)).toBeNull();
  });
});
