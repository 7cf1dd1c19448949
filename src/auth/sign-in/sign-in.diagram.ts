import { STATES, TRANSITIONS } from './sign-in.machine.js';

/** docs/sign-in.mmd: drawn from the table that the services run by, so that the picture cannot be out of date. */
export function drawSignIn(): string {
  const name = (state: string): string => state.replaceAll('-', '_');
  return [
    '%% Generated from src/auth/sign-in/sign-in.machine.ts by `npm run docs:diagrams`.',
    'stateDiagram-v2',
    ...STATES.map((state) => `  state "${state}" as ${name(state)}`),
    '  [*] --> password',
    ...TRANSITIONS.map(({ from, on, when, to }) => `  ${name(from)} --> ${name(to)}: ${on} (${when})`),
    '  signed_in --> [*]',
    '  refused --> [*]',
    '',
  ].join('\n');
}
