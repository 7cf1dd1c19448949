import { afterEach, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { createInbox } from './inbox.js';
import { startSmsSink, type SmsSink, type SmsSinkOptions } from './sms-sink.js';
import { startSmtpSink, type SmtpSink, type SmtpSinkOptions } from './smtp-sink.js';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

describe('inbox', () => {
  it('offers what is there, then what comes, and gives up in the end', async () => {
    const inbox = createInbox<number>('number');
    inbox.push(1);
    expect(await inbox.waitFor((n) => n === 1, 10)).toBe(1);
    const later = inbox.waitFor((n) => n > 2, 1_000);
    inbox.push(2);
    inbox.push(3);
    expect(await later).toBe(3);
    await expect(inbox.waitFor((n) => n === 9, 20)).rejects.toThrow('No fitting number within 20 ms; 3 came');
  });

  it('lets a throwing predicate fail its test and not the delivery', async () => {
    const inbox = createInbox<number>('number');
    const broken = inbox.waitFor(() => {
      throw new Error('predicate');
    });
    const outcome = expect(broken).rejects.toThrow('predicate');
    expect(() => inbox.push(1)).not.toThrow();
    await outcome;
  });
});

describe('SMTP sink', () => {
  const start = async (options?: SmtpSinkOptions): Promise<SmtpSink> => {
    const sink = await startSmtpSink(options);
    stops.push(() => sink.stop());
    return sink;
  };
  const post = (sink: SmtpSink, timeoutMs = 5_000): Promise<unknown> => {
    const transport = createTransport({ host: '127.0.0.1', port: sink.port, socketTimeout: timeoutMs });
    return transport
      .sendMail({
        from: 'Countersign <from@example.org>',
        to: ['anna@example.org', 'bert@example.org'],
        subject: 'Ihr Code für heute – 123456',
        text: 'Ihr Code läutet 123456.\n',
        html: '<p>Ihr Code läutet <b>123456</b>.</p>',
        headers: { 'X-Trace': 'abc' },
      })
      .finally(() => transport.close());
  };

  it('keeps a mail decoded, with envelope, headers and raw text', async () => {
    const sink = await start();
    await post(sink);
    expect(sink.mails).toHaveLength(1);
    expect(sink.mails[0]).toMatchObject({
      from: 'from@example.org',
      to: ['anna@example.org', 'bert@example.org'],
      subject: 'Ihr Code für heute – 123456',
      html: expect.stringContaining('läutet <b>123456</b>'),
      headers: { 'x-trace': 'abc', from: 'Countersign <from@example.org>' },
      raw: expect.stringContaining('X-Trace: abc\r\n'),
      receivedAt: expect.any(Date),
    });
    expect(sink.mails[0]?.text.trim()).toBe('Ihr Code läutet 123456.');
  });

  it('hands a mail to one who waits for it', async () => {
    const sink = await start();
    const waiting = sink.waitFor((mail) => mail.to.includes('bert@example.org'));
    await post(sink);
    expect((await waiting).subject).toContain('123456');
    await expect(sink.waitFor((mail) => mail.subject === 'other', 20)).rejects.toThrow('No fitting mail');
  });

  it.each([
    ['refuse-4xx', 451],
    ['refuse-5xx', 550],
  ] as const)('%s answers %i and keeps nothing', async (behaviour, responseCode) => {
    const sink = await start({ behaviour });
    await expect(post(sink)).rejects.toMatchObject({ responseCode });
    expect(sink.mails).toEqual([]);
    expect(sink.connections).toBe(1);
  });

  it('slow has the mail long before the sender hears of it', async () => {
    const sink = await start({ behaviour: 'slow', slowMs: 2_000 });
    await expect(post(sink, 200)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(sink.mails).toHaveLength(1);
  });

  it('slow does answer in the end', async () => {
    const sink = await start({ behaviour: 'slow', slowMs: 150 });
    const begun = performance.now();
    await post(sink);
    expect(performance.now() - begun).toBeGreaterThan(140);
  });

  it('drop-mid-message breaks the connection and keeps nothing', async () => {
    const sink = await start({ behaviour: 'drop-mid-message' });
    await expect(post(sink)).rejects.toMatchObject({ command: expect.any(String) });
    expect(sink.mails).toEqual([]);
    expect(sink.connections).toBe(1);
  });

  it('goes down and comes up again on the same port', async () => {
    const sink = await start({ behaviour: 'down' });
    await expect(post(sink)).rejects.toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
    await sink.setBehaviour('accept');
    await post(sink);
    expect(sink.mails).toHaveLength(1);
    await sink.setBehaviour('down');
    await expect(post(sink)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('SMS sink', () => {
  const start = async (options?: SmsSinkOptions): Promise<SmsSink> => {
    const sink = await startSmsSink(options);
    stops.push(() => sink.stop());
    return sink;
  };
  const post = (sink: SmsSink, init: RequestInit = {}): Promise<Response> =>
    fetch(`${sink.url}/send?from=Acme+Ltd`, {
      method: 'POST',
      body: new URLSearchParams({ to: '+431', text: 'ü 123' }),
      ...init,
    });

  it('records method, path, query, headers, body and form', async () => {
    const sink = await start();
    expect((await post(sink, { headers: { authorization: 'Bearer t' } })).status).toBe(200);
    expect(sink.requests).toMatchObject([
      {
        method: 'POST',
        path: '/send',
        query: { from: 'Acme Ltd' },
        headers: { authorization: 'Bearer t' },
        body: 'to=%2B431&text=%C3%BC+123',
        form: { to: '+431', text: 'ü 123' },
      },
    ]);
  });

  it('leaves a JSON body as it came and hands it to one who waits', async () => {
    const sink = await start();
    const waiting = sink.waitFor((request) => request.body.includes('+431'));
    await post(sink, { body: '{"to":"+431"}', headers: { 'content-type': 'application/json' } });
    expect(await waiting).toMatchObject({ body: '{"to":"+431"}', form: null });
  });

  it.each([
    ['4xx', 400],
    ['5xx', 503],
  ] as const)('%s answers %i', async (behaviour, status) => {
    const sink = await start({ behaviour });
    expect((await post(sink)).status).toBe(status);
    expect(sink.requests).toHaveLength(1);
  });

  it('slow has the request long before it answers', async () => {
    const sink = await start({ behaviour: 'slow', slowMs: 2_000 });
    await expect(post(sink, { signal: AbortSignal.timeout(150) })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(sink.requests).toHaveLength(1);
  });

  it('drop breaks the connection, and accept mends it', async () => {
    const sink = await start({ behaviour: 'drop' });
    await expect(post(sink)).rejects.toThrow('fetch failed');
    expect(sink.requests).toHaveLength(1);
    sink.setBehaviour('accept');
    expect((await post(sink)).status).toBe(200);
  });

  it('redirect shows whether the client followed', async () => {
    const sink = await start({ behaviour: 'redirect' });
    const answer = await post(sink, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `${sink.url}/redirected`]);
    expect(sink.requests).toHaveLength(1);
    expect((await post(sink)).status).toBe(200);
    expect(sink.requests.map(({ path }) => path)).toEqual(['/send', '/send', '/redirected']);
  });
});
