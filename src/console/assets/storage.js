/** Small marks in the browser. None is a credential of the session; where storage is blocked, they are simply not there. */

const PREFIX = 'countersign-';

function within(area, work) {
  try {
    return work(window[area]);
  } catch {
    return null;
  }
}

/** Notes, for all tabs, that something happened now. */
export const remember = (name) =>
  within('localStorage', (storage) => storage.setItem(PREFIX + name, String(Date.now())));
export const forget = (name) => within('localStorage', (storage) => storage.removeItem(PREFIX + name));
/** When it happened, in milliseconds; 0 for never. */
export const sharedAt = (name) => Number(within('localStorage', (storage) => storage.getItem(PREFIX + name)) ?? 0);

/** A word from this page to the next one in this tab. */
export const leaveWord = (text) => within('sessionStorage', (storage) => storage.setItem(`${PREFIX}word`, text));
export const takeWord = () =>
  within('sessionStorage', (storage) => {
    const text = storage.getItem(`${PREFIX}word`);
    storage.removeItem(`${PREFIX}word`);
    return text;
  });

/**
 * The token of a mailed link. It leaves the address bar, and so the history, at once; this tab keeps it so that
 * loading the page again works, and lets go of it when it has been used.
 */
export function takeLinkToken() {
  const { pathname, search } = window.location;
  const name = `${PREFIX}link${pathname}`;
  const given = new URLSearchParams(search).get('token');
  if (given !== null) {
    window.history.replaceState(null, '', pathname);
    within('sessionStorage', (storage) => storage.setItem(name, given));
  }
  return given ?? within('sessionStorage', (storage) => storage.getItem(name));
}
export const dropLinkToken = () =>
  within('sessionStorage', (storage) => storage.removeItem(`${PREFIX}link${window.location.pathname}`));
