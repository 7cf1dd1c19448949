/** Times are the server's: a phone or a laptop may be minutes off. */

let ahead = 0;
/** A `Date` header is cut to whole seconds and took a while to arrive: less than this is no difference. */
const TELLING_MS = 2000;

export function noteServerTime(header) {
  const at = Date.parse(header ?? '');
  const difference = at - Date.now();
  if (!Number.isNaN(at)) ahead = Math.abs(difference) < TELLING_MS ? 0 : difference;
}

export const secondsUntil = (iso) => Math.ceil((Date.parse(iso) - Date.now() - ahead) / 1000);

const two = (number) => String(number).padStart(2, '0');
export const clockText = (seconds) => `${String(Math.floor(seconds / 60))}:${two(seconds % 60)}`;

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
export const dateText = (iso) => DATE.format(new Date(iso));
export const timeText = (iso) => TIME.format(new Date(iso));

/**
 * Calls `tick` with the seconds left, now and every second down to 0. Ends when the node has left the page.
 * @returns a function that ends it before
 */
export function countdown(node, until, tick) {
  const step = () => {
    const left = Math.max(0, secondsUntil(until));
    tick(left);
    return left;
  };
  if (step() === 0) return () => undefined;
  const timer = setInterval(() => {
    if (!node.isConnected || step() === 0) clearInterval(timer);
  }, 1000);
  return () => clearInterval(timer);
}
