/** Makes elements. Every text becomes a text node: nothing that the server says can turn into markup. */

const view = document.getElementById('view');
const announcer = document.getElementById('announcer');

/** @param attributes `onclick` and the like are listeners; null, undefined and false leave an attribute out */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const paragraph = (text, kind = null) => el('p', { class: kind }, text);

export const button = (label, onclick, kind = 'secondary') =>
  el('button', { type: 'button', class: kind, onclick }, label);

export const link = (label, path, kind = null) => el('a', { href: path, class: kind }, label);

/** Long enough to be heard; left standing it would be met again at the end of the page. */
const HEARD_MS = 3000;
let hearing = null;

/** Said by a screen reader without moving anybody. */
export function announce(text) {
  announcer.textContent = text;
  clearTimeout(hearing);
  hearing = setTimeout(() => announcer.replaceChildren(), HEARD_MS);
}

/** @param tone 'info', 'good' or 'bad' */
export const notice = (text, tone = 'info') =>
  text === null || text === undefined ? null : el('p', { class: `notice ${tone}`, tabindex: '-1' }, text);

const FIRST = 'input:not([disabled], [hidden]), select:not([disabled])';

/** Puts the keyboard where the person goes on: a notice that has to be read, the first field, or the heading. */
export function focusFirst(root) {
  const target =
    root.querySelector('.notice.bad[tabindex]') ?? root.querySelector(FIRST) ?? root.querySelector('h1, h2');
  target?.focus();
}

/** Replaces the page's content by the next step. */
export function show(title, ...children) {
  const heading = el('h1', { tabindex: '-1' }, title);
  document.title = `${title} – Countersign`;
  view.replaceChildren(el('div', { class: 'card' }, heading, ...children));
  announce(title);
  focusFirst(view);
}

/** As `show`, for a page of several parts. */
export function showParts(title, ...children) {
  document.title = `${title} – Countersign`;
  view.replaceChildren(...children.flat().filter(Boolean));
}
