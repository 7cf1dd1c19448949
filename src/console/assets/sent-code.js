import { announce, button, el } from './dom.js';
import { whileBusy } from './forms.js';
import { clockText, countdown } from './time.js';
import { DELIVERY, isUnderWay } from './words.js';

const LOOK_EVERY_MS = 2000;

/**
 * What became of a code that was sent, and a button that sends it again, at rest until it may.
 * @param sent what the server said of the last send; null where nothing has been sent yet
 * @param resendAt the earliest time of the next send
 * @param look asks where the message is; null where that cannot be asked
 * @param again sends anew
 */
export function deliveryBox({ sent, resendAt, look = null, again, what = 'code' }) {
  const state = el('p', { class: 'delivery' });
  const resend = button(
    sent === null ? `Send the ${what}` : 'Send again',
    () => void whileBusy(resend, again, tell),
    'quiet',
  );
  const box = el('div', { class: 'delivery-box' }, state, resend);
  const label = resend.textContent;
  let delivery = sent?.delivery ?? null;
  const tell = (text) => {
    if (state.textContent === text) return;
    state.textContent = text;
    announce(text);
  };
  const draw = () => {
    // What cannot be asked for again would stay on its way for ever.
    if (delivery === null || (look === null && isUnderWay(delivery))) return;
    state.textContent = DELIVERY[delivery];
    state.classList.toggle('bad', delivery === 'FAILED' || delivery === 'EXPIRED');
  };
  draw();

  if (resendAt !== null) {
    countdown(resend, resendAt, (left) => {
      resend.disabled = left > 0;
      resend.textContent = left > 0 ? `${label} in ${clockText(left)}` : label;
    });
  }
  if (look !== null && delivery !== null && isUnderWay(delivery)) {
    const timer = setInterval(async () => {
      if (!box.isConnected) return clearInterval(timer);
      const now = await look().catch(() => null);
      if (now === null || now.method !== sent.method || now.delivery === delivery) return;
      delivery = now.delivery;
      draw();
      announce(DELIVERY[delivery]);
      if (!isUnderWay(delivery)) clearInterval(timer);
    }, LOOK_EVERY_MS);
  }
  return box;
}

/** Until when a code is good, counted down. */
export function validity(expiresAt) {
  const node = el('p', { class: 'hint' });
  countdown(node, expiresAt, (left) => {
    node.textContent =
      left > 0 ? `The code is good for another ${clockText(left)}.` : 'The code has expired. Send it again.';
  });
  return node;
}
