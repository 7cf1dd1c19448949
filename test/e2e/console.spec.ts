import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWorld, type World } from '../support/world.js';

const FOLDER = join(process.cwd(), 'src', 'console', 'assets');
const ASSETS = readdirSync(FOLDER);
const PAGES = ['/sign-in', '/enroll?token=abc', '/confirm-email?token=abc', '/account'];

describe('the hosted pages, as served', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld('sqlite');
  });
  afterAll(() => world.stop());

  const get = (url: string, headers: Record<string, string> = {}) => world.fastify.inject({ url, headers });

  it('leads from the bare address to the sign-in page', async () => {
    const { statusCode, headers } = await get('/');
    expect([statusCode, headers.location, headers['cache-control']]).toEqual([302, '/sign-in', 'no-store']);
  });

  it.each(PAGES)('%s is a shell that runs our own files alone and is not kept', async (url) => {
    const { statusCode, headers, body } = await get(url);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['set-cookie']).toBeUndefined();

    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy.join()).not.toMatch(/unsafe|\*|https?:/);

    expect(body.match(/<script\b[^>]*>[^<]/g)).toBeNull();
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=/i);
    // Neither the token nor anything else of the address is said back.
    expect(body).not.toContain('abc');
  });

  it('names only files that are served', async () => {
    const bodies = await Promise.all(PAGES.map((url) => get(url)));
    const named = new Set(
      bodies.flatMap(({ body }) => [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '')),
    );
    expect(named.size).toBeGreaterThan(PAGES.length);
    for (const path of named) expect([path, (await get(path)).statusCode]).toEqual([path, 200]);
  });

  it.each(ASSETS)('serves %s, to be asked for anew', async (name) => {
    const { statusCode, headers, body } = await get(`/console/assets/${name}`);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toMatch(/^(text\/(javascript|css); charset=utf-8|image\/svg\+xml)$/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-cache');
    expect(body).toBe(readFileSync(join(FOLDER, name), 'utf8'));

    const again = await get(`/console/assets/${name}`, { 'if-none-match': String(headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await get(`/console/assets/${name}`, { 'if-none-match': '"other"' })).statusCode).toBe(200);
  });

  it.each([
    'missing.js',
    '',
    '..%2fconsole.ts',
    '..%2f..%2f..%2fpackage.json',
    '..%5c..%5cpackage.json',
    '%2e%2e%2f%2e%2e%2findex.ts',
    '../console.ts',
    'constructor',
    '__proto__',
    'dom.js%00.css',
  ])('serves nothing else: %s', async (name) => {
    const { statusCode, body } = await get(`/console/assets/${name}`);
    expect([400, 404]).toContain(statusCode);
    expect(body).not.toMatch(/import |registerConsole|"name"/);
  });

  it('takes no GET of a mailed link for a deed', async () => {
    const count = async () =>
      (await world.dataSource.query<{ n: number }[]>('SELECT COUNT(*) AS n FROM audit_events'))[0]?.n;
    const before = await count();
    for (const url of PAGES) await get(url);
    expect(await count()).toBe(before);
  });
});

describe('the files of the hosted pages', () => {
  const texts = ASSETS.map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));

  it('are there', () => {
    expect(ASSETS.filter((name) => name.endsWith('-page.js')).length).toBeGreaterThanOrEqual(4);
  });

  it('name no other host', () => {
    const XML_NAMESPACE = 'http://www.w3.org/2000/svg';
    const naming = texts.filter(({ text }) => /https?:|["'(]\/\/|@import/i.test(text.replaceAll(XML_NAMESPACE, '')));
    expect(naming.map(({ name }) => name)).toEqual([]);
  });

  it('make markup of no text, and evaluate none', () => {
    const sink =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\(|new Function\(/;
    expect(texts.filter(({ text }) => sink.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('touch no cookie, and keep no credential where scripts can find it later', () => {
    expect(texts.filter(({ text }) => /document\.cookie|indexedDB/.test(text)).map(({ name }) => name)).toEqual([]);
    const storing = texts.filter(({ text }) => /\b(local|session)Storage\b/.test(text)).map(({ name }) => name);
    expect(storing).toEqual(['storage.js']);
  });
});
