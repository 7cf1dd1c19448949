import { ask, Cancelled } from './graphql.js';
import { forget, leaveWord, remember, sharedAt } from './storage.js';

/** Operations of somebody who is signed in, by cookies that no script can read. */

const REFRESH = `mutation Refresh {
  refresh { __typename ... on Tokens { accessTokenExpiresAt } ... on Refused { message } }
}`;

let line = Promise.resolve();
/** One after another, over all tabs where the browser can (it needs https, or this very machine). */
const inTurn = (work) =>
  navigator.locks ? navigator.locks.request('countersign-refresh', work) : (line = line.then(work, work));

/**
 * New cookies for old. A refresh value is good for one use, and sent twice it ends the session as stolen, so that
 * whoever waited behind another request, or another tab, takes what that one got.
 */
const refresh = (startedAt) =>
  inTurn(async () => {
    if (sharedAt('refreshed') >= startedAt) return true;
    const tokens = await ask(REFRESH);
    if (tokens.__typename !== 'Tokens') return false;
    remember('refreshed');
    return true;
  });

/** To the sign-in page, with a word for the person. */
export function leave(text) {
  forget('signed-in');
  leaveWord(text);
  window.location.replace('/sign-in');
}

/**
 * As `ask`, signed in: an access token that ran out is renewed once, and the operation sent again. Whoever is not
 * signed in any more is taken to the sign-in page, whatever they were about to do.
 */
export async function askSignedIn(query, variables = {}) {
  const startedAt = Date.now();
  try {
    return await ask(query, variables);
  } catch (problem) {
    if (problem.code !== 'UNAUTHENTICATED') throw problem;
  }
  if (await refresh(startedAt)) {
    try {
      return await ask(query, variables);
    } catch (problem) {
      if (problem.code !== 'UNAUTHENTICATED') throw problem;
    }
  }
  leave('Your session has ended. Please sign in again.');
  throw new Cancelled();
}
