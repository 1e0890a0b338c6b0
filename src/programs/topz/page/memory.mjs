/** What the browser stores for this page. Where private windows or strict settings forbid storage, nothing is kept. */

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
    // Storage is forbidden or full.
  }
}
