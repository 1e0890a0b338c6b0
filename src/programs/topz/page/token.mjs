import { keep, recall } from './memory.mjs';

/** The token given in this tab. */
export function savedToken() {
  return recall('token', sessionStorage);
}

/** Asks for the token and keeps it until the tab is closed. @returns {Promise<void>} */
export function askToken() {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('token'));
  const value = /** @type {HTMLInputElement} */ (document.getElementById('token-value'));
  const wrong = /** @type {HTMLElement} */ (document.getElementById('token-wrong'));
  wrong.textContent = savedToken() ? 'This token was refused.' : '';
  value.value = '';
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener(
      'close',
      () => {
        keep('token', value.value.trim(), sessionStorage);
        done();
      },
      { once: true },
    );
  });
}
