/** @import { SortKey, View } from './rows.mjs' */
import { columns } from './columns.mjs';
import { make, set } from './elements.mjs';

/**
 * The heads of the columns, each a button that sorts. They are no stops of the Tab key: the grid is one stop, and the
 * arrow keys go from its first line up to the heads, along them, and down again (WAI-ARIA grid pattern).
 */
export class Head {
  /** @type {HTMLButtonElement[]} */
  #buttons = [];

  /** @param {Element} rowgroup @param {{ sort: (key: SortKey) => void, leave: () => void }} given */
  constructor(rowgroup, { sort, leave }) {
    const row = make('div', 'line head');
    row.setAttribute('role', 'row');
    row.setAttribute('aria-rowindex', '1');
    for (const [i, { key, title, note }] of columns.entries()) {
      const cell = make('div', `cell ${key}`);
      cell.setAttribute('role', 'columnheader');
      cell.setAttribute('aria-colindex', String(i + 1));
      cell.setAttribute('data-key', key);
      cell.title = note;
      if (key === 'trend') cell.append(make('span', '', title));
      else cell.append(this.#button(title, () => sort(key)));
      row.append(cell);
    }
    row.addEventListener('keydown', (event) => {
      const steps = { ArrowLeft: -1, ArrowRight: 1 };
      if (event.key === 'ArrowDown') leave();
      else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') this.#step(steps[event.key]);
      else return;
      event.preventDefault();
    });
    rowgroup.append(row);
  }

  /** @param {View} view */
  show(view) {
    for (const button of this.#buttons) {
      const sorted = button.parentElement?.dataset.key === view.sort;
      const direction = sorted ? (view.descending ? 'descending' : 'ascending') : 'none';
      if (button.parentElement) set(button.parentElement, 'aria-sort', direction);
    }
  }

  /** Goes to the head by which the list is sorted. */
  focus() {
    const heads = this.#seen();
    const sorted = heads.find((button) => button.parentElement?.getAttribute('aria-sort') !== 'none');
    (sorted ?? heads[0])?.focus();
  }

  /** @param {string} title @param {() => void} click */
  #button(title, click) {
    const button = document.createElement('button');
    button.textContent = title;
    button.tabIndex = -1;
    button.addEventListener('click', click);
    this.#buttons.push(button);
    return button;
  }

  /** @param {number} step */
  #step(step) {
    const heads = this.#seen();
    const focused = /** @type {HTMLButtonElement} */ (document.activeElement); // a key was pressed on it
    heads[heads.indexOf(focused) + step]?.focus();
  }

  #seen() {
    return this.#buttons.filter((button) => button.checkVisibility());
  }
}
