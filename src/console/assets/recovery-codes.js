import { announce, button, el, paragraph, show } from './dom.js';

async function copy(list, control) {
  const text = [...list.children].map((item) => item.textContent).join('\n');
  try {
    await navigator.clipboard.writeText(text);
    control.textContent = 'Copied';
    announce('The codes were copied.');
  } catch {
    // Not every browser lets a page write there: then the codes are marked, to be copied by hand.
    window.getSelection()?.selectAllChildren(list);
    control.textContent = 'Marked: copy them now';
  }
}

/** Shows recovery codes, this once. The person goes on by saying that they are kept. */
export function showRecoveryCodes(codes, { label = 'I have kept them: continue', next }) {
  const list = el(
    'ol',
    { class: 'codes', 'aria-label': 'Recovery codes' },
    ...codes.map((code) => el('li', null, code)),
  );
  const copyButton = button('Copy', () => void copy(list, copyButton));
  show(
    'Keep your recovery codes',
    paragraph('With one of these you can sign in when your phone is lost or broken. Each works once.'),
    el(
      'p',
      { class: 'notice info' },
      'They are shown this once only. Print them, or put them into your password manager.',
    ),
    list,
    el(
      'div',
      { class: 'row no-print' },
      copyButton,
      button('Print', () => window.print()),
    ),
    el('div', { class: 'no-print' }, button(label, next, 'primary')),
  );
}
