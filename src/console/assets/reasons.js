import { el } from './dom.js';

/** Why a second factor is asked for, in the service's own sentences; folded, since most people know. */
export const reasonsBox = (reasons, summary = 'Why am I asked for this?') =>
  reasons.length === 0
    ? null
    : el(
        'details',
        { class: 'reasons' },
        el('summary', null, summary),
        el('ul', null, ...reasons.map(({ sentence }) => el('li', null, sentence))),
      );
