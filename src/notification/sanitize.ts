/** Control characters, line and paragraph separators, and marks that are unseen or turn the reading direction. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+/gu;

/**
 * One line of visible text, at most `max` characters. A line break in a subject or name would begin a header of the
 * attacker's choosing (CWE-93); a bidirectional override would let a name read as something else.
 */
export function oneLine(text: string, max: number): string {
  const flat = text.replace(UNSEEN, ' ').replace(/\s+/gu, ' ').trim();
  const characters = [...flat];
  return characters.length <= max
    ? flat
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/**
 * A line that no mail program makes a link of: whoever signs up as "win at evil.example" must not advertise through
 * our mails. Slashes, colons and at signs go, and dots between a character and a letter.
 */
export const unlinked = (text: string, max: number): string =>
  oneLine(text.replace(/[\\/:@<>[\]()|]+/gu, ' ').replace(/\.(?=\p{L})/gu, ' '), max);

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
