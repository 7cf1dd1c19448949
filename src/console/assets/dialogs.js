import { el, focusFirst, paragraph } from './dom.js';
import { form } from './forms.js';
import { Cancelled } from './graphql.js';

let made = 0;

/**
 * A question over the page; the browser keeps the keyboard inside, and Escape closes it.
 * @param draw fills it: gets an element to fill, `done(value)` and `close()`
 * @returns what `done` was called with; rejects with Cancelled when the person closes it
 */
export function openDialog(title, draw) {
  return new Promise((resolve, reject) => {
    made += 1;
    const id = `dialog-${String(made)}`;
    const body = el('div');
    const node = el('dialog', { 'aria-labelledby': id }, el('h2', { id, tabindex: '-1' }, title), body);
    let answer = null;
    node.addEventListener('close', () => {
      node.remove();
      if (answer === null) reject(new Cancelled());
      else resolve(answer.value);
    });
    const done = (value) => {
      answer = { value };
      node.close();
    };
    document.body.append(node);
    draw(body, { done, close: () => node.close() });
    node.showModal();
    focusFirst(node);
  });
}

export const cancelButton = (close) => el('button', { type: 'button', class: 'quiet', onclick: close }, 'Cancel');

/** Asks before something that cannot be taken back, and runs it; whatever it throws is said in the dialog. */
export const confirmDialog = ({ title, text, label, work }) =>
  openDialog(title, (body, { done, close }) => {
    const submit = async () => done(await work());
    body.append(paragraph(text), form({ parts: [], label, submit, kind: 'danger', after: [cancelButton(close)] }));
  });
