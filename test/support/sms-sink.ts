import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createInbox } from './inbox.js';

export interface SmsRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  body: string;
  /** The fields of an urlencoded body; null for any other. */
  form: Record<string, string> | null;
}

/**
 * - `4xx`, `5xx`: answered 400 or 503.
 * - `slow`: taken at once, answered `slowMs` later.
 * - `drop`: the connection breaks without an answer.
 * - `redirect`: 302 to `redirectTo`; a client that follows to the default `/redirected` shows up in `requests`.
 */
export type SmsBehaviour = 'accept' | '4xx' | '5xx' | 'slow' | 'drop' | 'redirect';

export interface SmsSinkOptions {
  behaviour?: SmsBehaviour;
  /** Delay of `slow` in milliseconds; 3000 unless given. */
  slowMs?: number;
  redirectTo?: string;
}

export interface SmsSink {
  readonly port: number;
  /** `http://127.0.0.1:PORT`; every path and method is taken. */
  readonly url: string;
  /** Everything that arrived, whatever it was answered. */
  readonly requests: SmsRequest[];
  setBehaviour(behaviour: SmsBehaviour): void;
  waitFor(predicate: (request: SmsRequest) => boolean, timeoutMs?: number): Promise<SmsRequest>;
  stop(): Promise<void>;
}

const REDIRECTED = '/redirected';

async function read(request: IncomingMessage): Promise<SmsRequest> {
  const body = await text(request);
  const target = new URL(request.url ?? '/', 'http://sink.invalid');
  const urlencoded = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return {
    method: request.method ?? '',
    path: target.pathname,
    query: Object.fromEntries(target.searchParams),
    headers: request.headers,
    body,
    form: urlencoded ? Object.fromEntries(new URLSearchParams(body)) : null,
  };
}

function send(response: ServerResponse, status: number, answer: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ status: answer }));
}

/** An HTTP text-message gateway on 127.0.0.1 that records what it is asked and fails on request. */
export async function startSmsSink(options: SmsSinkOptions = {}): Promise<SmsSink> {
  const inbox = createInbox<SmsRequest>('request');
  const timers = new Set<NodeJS.Timeout>();
  let behaviour = options.behaviour ?? 'accept';
  let url = '';

  const answer = (request: SmsRequest, response: ServerResponse): void => {
    // The end of a redirect always accepts, or a client that follows would go round for ever.
    switch (request.path === REDIRECTED ? 'accept' : behaviour) {
      case 'accept':
        return send(response, 200, 'accepted');
      case '4xx':
        return send(response, 400, 'refused');
      case '5xx':
        return send(response, 503, 'unavailable');
      case 'redirect':
        return send(response, 302, 'moved', { location: options.redirectTo ?? `${url}${REDIRECTED}` });
      case 'drop':
        response.destroy();
        return;
      case 'slow': {
        const timer = setTimeout(() => {
          timers.delete(timer);
          send(response, 200, 'accepted');
        }, options.slowMs ?? 3_000);
        timers.add(timer);
      }
    }
  };

  const server = createServer((incoming, response) => {
    read(incoming).then(
      (request) => {
        inbox.push(request);
        answer(request, response);
      },
      // The client broke off while it was sending; nobody is left to answer.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  url = `http://127.0.0.1:${port}`;

  return {
    port,
    url,
    requests: inbox.items,
    setBehaviour(next) {
      behaviour = next;
    },
    waitFor: (predicate, timeoutMs) => inbox.waitFor(predicate, timeoutMs),
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
