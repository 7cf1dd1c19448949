import { noteServerTime } from './time.js';

/** The one way to the server: GraphQL, with the session in cookies that no script can read. */

const path = document.body.dataset.graphqlPath;

export class Problem extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** The person closed a question; nobody needs to be told. */
export class Cancelled extends Error {}

/** What to say of something thrown; null where nothing. */
export function problemText(problem) {
  if (problem instanceof Cancelled) return null;
  return problem instanceof Problem ? problem.message : 'Something went wrong on this page. Please load it again.';
}

async function send(query, variables) {
  let answer;
  try {
    answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'same-origin',
      cache: 'no-store',
      body: JSON.stringify({ query, variables }),
    });
  } catch {
    throw new Problem('UNREACHABLE', 'The service cannot be reached. Check your connection and try again.');
  }
  noteServerTime(answer.headers.get('date'));
  const body = await answer.json().catch(() => null);
  const error = body?.errors?.[0];
  if (error !== undefined) throw new Problem(error.extensions?.code ?? 'UNKNOWN', error.message);
  if (!body?.data) throw new Problem('UNKNOWN', 'The service gave no usable answer. Please try again.');
  return body.data;
}

/** The value of the one field asked for, or all of them where there are several. */
export async function ask(query, variables = {}) {
  const data = await send(query, variables);
  const values = Object.values(data);
  return values.length === 1 ? values[0] : data;
}
