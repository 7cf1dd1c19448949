import type { GraphqlAnswer } from './client.js';
import { answeredIn, inCookies, linksIn, linkTaken, typedIn, type Watched } from './canary-kinds.js';
import { WINDOW } from './canary-needles.js';

/** What has passed between the tests and the applications that share a database: the canaries, and what stood in the open. */
export class CanaryBook {
  private readonly known = new Map<string, Watched>();
  /** What tests typed into fields that hold no secret. */
  private readonly typedOpenly = new Set<string>();
  /** Texts of answers, each once, with the operation that was the first to give it. */
  readonly answers = new Map<string, string>();
  /** What should have been shown once, and was shown by two answers. */
  readonly shownAgain: { canary: Watched; operation: string }[] = [];

  add(canary: Watched): void {
    const before = this.known.get(canary.value);
    // A token that is typed as a password stays a token.
    if (before === undefined || (before.kind === 'typed' && canary.kind !== 'typed'))
      this.known.set(canary.value, canary);
  }

  exchanged(query: string, variables: Record<string, unknown>, answer: GraphqlAnswer): void {
    const typed = typedIn(variables);
    for (const canary of typed.secrets) this.add(canary);
    for (const text of typed.open) this.typedOpenly.add(text);

    // The schema is the same text every time, and long.
    if (query.includes('__schema')) return;
    const operation = /\{\s*(\w+)/.exec(query)?.[1] ?? query.slice(0, 40);
    const { secrets, open } = answeredIn(answer.data, answer.errors);
    for (const canary of secrets) {
      if (canary.kind === 'shown-once' && this.known.get(canary.value)?.kind === 'shown-once') {
        this.shownAgain.push({ canary, operation });
      }
    }
    for (const canary of [...secrets, ...inCookies(answer.cookies)]) this.add(canary);
    for (const link of linkTaken(query, variables, answer.data)) this.add(link);
    for (const text of open) {
      if (text.length >= WINDOW && !this.answers.has(text)) this.answers.set(text, operation);
    }
  }

  mailed(text: string): void {
    for (const link of linksIn(text)) this.add(link);
  }

  /**
   * All but what a test typed into an open field as well: hostile values go everywhere, and what an administrator writes
   * into a name is no secret. Nothing that the service made is let off so.
   */
  canaries(): Watched[] {
    const open = [...this.typedOpenly].join('\n');
    return [...this.known.values()].filter(({ kind, value }) => kind !== 'typed' || !open.includes(value));
  }
}
