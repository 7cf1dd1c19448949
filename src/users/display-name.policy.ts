import { refuse, type Refusal } from '../shared/outcome.js';

/** A name goes into mails and screens: nothing invisible, no line break, nothing that a mail program makes a link of. */
export function checkDisplayName(name: string): string | Refusal {
  const shown = name.normalize('NFC').trim().replace(/ +/g, ' ');
  if (shown === '' || shown.length > 120 || /\p{C}|:\/\/|[<>]/u.test(shown)) {
    return refuse('INVALID_VALUE', { message: 'A name has from 1 to 120 visible characters and no web address.' });
  }
  return shown;
}
