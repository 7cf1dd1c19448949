import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { createInbox } from './inbox.js';

export interface ReceivedMail {
  /** Sender and recipients of the envelope (MAIL FROM, RCPT TO), which are what a mail server acts on. */
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** By lower-case name; the first one when a name repeats. */
  headers: Record<string, string>;
  raw: string;
  receivedAt: Date;
}

/**
 * - `refuse-4xx`, `refuse-5xx`: RCPT TO is answered 451 or 550.
 * - `slow`: the mail is taken, but the answer comes `slowMs` later; a sender that gave up has sent it all the same.
 * - `drop-mid-message`: the connection breaks once the message has begun to arrive.
 * - `down`: nobody listens on the port.
 */
export type SmtpBehaviour = 'accept' | 'refuse-4xx' | 'refuse-5xx' | 'slow' | 'drop-mid-message' | 'down';

export interface SmtpSinkOptions {
  behaviour?: SmtpBehaviour;
  /** Delay of `slow` in milliseconds; 3000 unless given. */
  slowMs?: number;
}

export interface SmtpSink {
  readonly port: number;
  /** `smtp://127.0.0.1:PORT`, without TLS or sign-in. */
  readonly url: string;
  readonly mails: ReceivedMail[];
  /** Connections so far, fruitless ones included: what a test of retries counts. */
  readonly connections: number;
  waitFor(predicate: (mail: ReceivedMail) => boolean, timeoutMs?: number): Promise<ReceivedMail>;
  /** Holds from the next command on. To leave `down` is to listen on the same port again. */
  setBehaviour(behaviour: SmtpBehaviour): Promise<void>;
  stop(): Promise<void>;
}

/** An SMTP reply of one's choice: smtp-server takes the code from `responseCode`. */
function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function parse(raw: Buffer, session: SMTPServerSession): Promise<ReceivedMail> {
  const mail = await PostalMime.parse(raw);
  const headers: Record<string, string> = {};
  for (const { key, value } of mail.headers) headers[key] ??= value;
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers,
    raw: raw.toString('utf8'),
    receivedAt: new Date(),
  };
}

/** A real SMTP server on 127.0.0.1 that keeps what it receives and fails on request. */
export async function startSmtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const inbox = createInbox<ReceivedMail>('mail');
  const sockets = new Map<number, Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let behaviour: SmtpBehaviour = 'accept';
  let server: SMTPServer | null = null;
  let port = 0;
  let connections = 0;

  const answerLate = (answer: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      answer();
    }, options.slowMs ?? 3_000);
    timers.add(timer);
  };

  const onData = (stream: Readable, session: SMTPServerSession, reply: (error?: Error | null) => void): void => {
    if (behaviour === 'drop-mid-message') {
      stream.once('data', () => sockets.get(session.remotePort)?.destroy());
      return;
    }
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      parse(Buffer.concat(chunks), session).then(
        (mail) => {
          // Kept before the answer goes out: whoever has seen a mail accepted finds it here.
          inbox.push(mail);
          if (behaviour === 'slow') answerLate(() => reply());
          else reply();
        },
        (error: unknown) => reply(refusal(554, `Unreadable message: ${String(error)}`)),
      );
    });
  };

  const listen = (): Promise<void> => {
    const starting = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onRcptTo(_address, _session, reply) {
        if (behaviour === 'refuse-4xx') reply(refusal(451, 'Try again later'));
        else if (behaviour === 'refuse-5xx') reply(refusal(550, 'No such mailbox'));
        else reply();
      },
      onData,
    });
    starting.server.on('connection', (socket: Socket) => {
      connections += 1;
      const key = socket.remotePort ?? 0;
      sockets.set(key, socket);
      socket.once('close', () => sockets.delete(key));
    });
    return new Promise((resolve, reject) => {
      starting.once('error', reject);
      starting.listen(port, '127.0.0.1', () => {
        const address = starting.server.address();
        if (address !== null && typeof address === 'object') port = address.port;
        starting.removeListener('error', reject);
        // A sender that breaks off is what some tests are about, not an error of the sink.
        starting.on('error', () => undefined);
        server = starting;
        resolve();
      });
    });
  };

  const close = async (): Promise<void> => {
    const closing = server;
    server = null;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    for (const socket of sockets.values()) socket.destroy();
    if (closing !== null) await new Promise<void>((resolve) => closing.close(() => resolve()));
  };

  const setBehaviour = async (next: SmtpBehaviour): Promise<void> => {
    behaviour = next;
    if (next === 'down') await close();
    else if (server === null) await listen();
  };

  // Listens once even if it is to begin down: the port has to be known.
  await listen();
  await setBehaviour(options.behaviour ?? 'accept');
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails: inbox.items,
    get connections() {
      return connections;
    },
    waitFor: (predicate, timeoutMs) => inbox.waitFor(predicate, timeoutMs),
    setBehaviour,
    stop: close,
  };
}
