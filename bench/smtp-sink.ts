import { createServer, type Socket } from 'node:net';

/**
 * A mail server that takes everything and keeps of each mail only to whom it went and when. By hand, since it shares
 * two cores with what is measured. Asked by message: `{ ask: 'arrivals' }` or `{ ask: 'count' }`.
 */
const arrivals: [string, number][] = [];
let accepted = 0;

function serve(socket: Socket): void {
  let rest = '';
  let inData = false;
  let to = '';
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    rest += chunk.toString('latin1');
    for (;;) {
      if (inData) {
        const end = rest.indexOf('\r\n.\r\n');
        if (end < 0) return;
        rest = rest.slice(end + 5);
        inData = false;
        accepted += 1;
        if (to.startsWith('person')) arrivals.push([to, Date.now()]);
        say('250 taken');
        continue;
      }
      const end = rest.indexOf('\r\n');
      if (end < 0) return;
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'DATA') {
        inData = true;
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
        return;
      } else {
        if (verb === 'RCPT') to = /<([^>]+)>/.exec(line)?.[1] ?? '';
        say('250 ok');
      }
    }
  });
  say('220 sink');
}

const server = createServer(serve);
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
process.on('message', ({ ask }: { ask: string }) => process.send?.(ask === 'count' ? accepted : arrivals.splice(0)));
