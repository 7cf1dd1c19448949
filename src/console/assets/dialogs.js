import { el, focusFirst, paragraph } from './dom.js';
import { form } from './forms.js';
import { Cancelled } from './graphql.js';

/**
 * A question over the page; the browser keeps the keyboard inside and Escape closes it.
 * @param draw fills it: gets the dialog's element and `done(value)`
 * @returns what `done` was called with; rejects with Cancelled when the person closes it
 */
export function openDialog(draw) {
  return new Promise((resolve, reject) => {
    const node = el('dialog', { 'aria-labelledby': 'dialog-title' });
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
    draw(node, done);
    node.showModal();
    focusFirst(node);
  });
}

export const dialogTitle = (text) => el('h2', { id: 'dialog-title', tabindex: '-1' }, text);

export const cancelButton = (node) =>
  el('button', { type: 'button', class: 'quiet', onclick: () => node.close() }, 'Cancel');

/** Asks before something that cannot be taken back; runs the work, whose refusal stays in the dialog. */
export const confirmDialog = ({ title, text, label, work }) =>
  openDialog((node, done) => {
    const submit = async () => done(await work());
    node.append(
      dialogTitle(title),
      paragraph(text),
      form({ parts: [], label, submit, kind: 'danger', after: [cancelButton(node)] }),
    );
  });
