/** What the browser keeps for this page. Private windows and strict settings may forbid it, which only forgets. */

/** @param {string} key @param {Storage} [storage] @returns {string | null} */
export function recall(key, storage = localStorage) {
  try {
    return storage.getItem(`topz.${key}`);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value @param {Storage} [storage] */
export function keep(key, value, storage = localStorage) {
  try {
    storage.setItem(`topz.${key}`, value);
  } catch {
    // Then it is not kept.
  }
}
