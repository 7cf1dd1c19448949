/** Lines for a person at a terminal: `12:00:01 info  [Context] message  name=value`. */

const COLORS: Readonly<Record<string, string>> = {
  fatal: '\u001b[31m',
  error: '\u001b[31m',
  warn: '\u001b[33m',
  info: '\u001b[32m',
};
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

// eslint-disable-next-line no-control-regex -- control characters are what this replaces
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** @param line one JSON line of the logger; anything else is returned as it is */
export function prettyLine(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { level, time, msg, context, err, ...facts } = entry;
  const error = err as { type?: string; message?: string; stack?: string } | undefined;
  const name = show(level ?? 'info');
  const rest = Object.entries(facts).map(([key, value]) => `${key}=${show(value)}`);
  const head = `${show(time ?? '').slice(11, 19)} ${COLORS[name] ?? DIM}${name.padEnd(5)}${RESET}`;
  const where = context === undefined ? '' : ` ${DIM}[${show(context)}]${RESET}`;
  const what = error === undefined ? '' : ` – ${error.type ?? 'Error'}: ${error.message ?? ''}`;
  const tail = rest.length === 0 ? '' : `  ${DIM}${rest.join(' ')}${RESET}`;
  // What a client sent must not steer the terminal.
  const text = `${show(msg ?? '')}${what}`.replace(CONTROL, '?');
  return `${head}${where} ${text}${tail}${error?.stack ? `\n${error.stack}` : ''}\n`;
}
