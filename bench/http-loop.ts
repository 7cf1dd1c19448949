import { connect, type Socket } from 'node:net';

export interface Reply {
  status: number;
  headers: string;
  body: string;
}

/**
 * One kept connection, one request at a time (HTTP/1.1). Written by hand because Node's
 * own client costs more CPU than the service that is measured, on the cores that both share.
 */
export class HttpLoop {
  private socket: Socket | null = null;
  private received: Buffer[] = [];
  private size = 0;
  private done: ((reply: Reply | Error) => void) | null = null;

  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  post(path: string, body: string, headers = ''): Promise<Reply> {
    const head = `POST ${path} HTTP/1.1\r\nhost: ${this.host}:${String(this.port)}\r\ncontent-type: application/json\r\n`;
    const length = `content-length: ${String(Buffer.byteLength(body))}\r\n`;
    return this.send(`${head}${length}${headers}\r\n${body}`);
  }

  close(): void {
    this.socket?.destroy();
  }

  private send(text: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.done = (reply) => {
        this.done = null;
        if (reply instanceof Error) reject(reply);
        else resolve(reply);
      };
      this.open().write(text);
    });
  }

  private open(): Socket {
    if (this.socket !== null && !this.socket.destroyed) return this.socket;
    const socket = connect({ host: this.host, port: this.port, noDelay: true });
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.done?.(error));
    socket.on('close', () => this.done?.(new Error('The connection was closed.')));
    this.received = [];
    this.size = 0;
    this.socket = socket;
    return socket;
  }

  private whole(all: Buffer, start: number, headers: string): string | null {
    const length = Number(/content-length: (\d+)/i.exec(headers)?.[1] ?? 0);
    return this.size < start + length ? null : all.toString('utf8', start, start + length);
  }

  private take(chunk: Buffer): void {
    this.received.push(chunk);
    this.size += chunk.length;
    const all = this.received.length === 1 ? chunk : Buffer.concat(this.received);
    this.received = [all];
    const end = all.indexOf('\r\n\r\n');
    if (end < 0) return;
    const headers = all.toString('latin1', 0, end);
    const body = /transfer-encoding: chunked/i.test(headers)
      ? chunked(all.subarray(end + 4))
      : this.whole(all, end + 4, headers);
    if (body === null) return;
    this.received = [];
    this.size = 0;
    this.done?.({ status: Number(headers.slice(9, 12)), headers, body });
  }
}

/** Null until the last chunk is there (RFC 9112 §7.1). */
function chunked(bytes: Buffer): string | null {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const length = parseInt(bytes.toString('latin1', at, line), 16);
    if (length === 0) return bytes.length >= line + 4 ? Buffer.concat(parts).toString('utf8') : null;
    if (bytes.length < line + 2 + length + 2) return null;
    parts.push(bytes.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}
