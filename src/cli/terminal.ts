import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandFailure, type Io } from './command.js';

/** The process's own streams. */
export const terminal: Io = {
  out: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => {
        if (error) reject(error);
        else resolve();
      });
    }),
  err: (text) => void process.stderr.write(text),
  secret: (question) => (process.stdin.isTTY ? typedTwice(question) : firstLine()),
};

/** Nobody sees what they type, so they type it twice. */
async function typedTwice(question: string): Promise<string> {
  const answer = await typedUnseen(question);
  if (answer !== '' && (await typedUnseen('The same once more: ')) !== answer) {
    throw new CommandFailure('These were two different ones. Nothing was done.');
  }
  return answer;
}

/** Not echoed; the question goes to stderr, so that stdout can be redirected. */
async function typedUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.question('', resolve);
      lines.once('close', () => resolve(''));
      // Whoever breaks off must not get an account with a password that was made for it.
      lines.once('SIGINT', () => reject(new CommandFailure('Broken off. Nothing was done.')));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    // Or a pipe that nobody closes would keep the process alive.
    process.stdin.destroy();
  }
}
