/** @import { Line, View, SortKey } from './rows.mjs' */
/** @import { Trends } from './trends.mjs' */
import { columns } from './columns.mjs';
import { make } from './elements.mjs';
import { LineElement } from './line.mjs';

/** Lines kept ready above and below the window. */
const spare = 8;

/**
 * The list as a tree grid (WAI-ARIA). Only the lines in sight are elements, so a thousand processes cost as much as
 * forty; `aria-rowcount` and `aria-rowindex` tell how many there are. One line is active: keys move it, and assistive
 * technology hears of it by `aria-activedescendant`.
 */
export class Grid {
  /** @type {Line[]} */
  #lines = [];
  /** @type {LineElement[]} */
  #slots = [];
  #activeKey = '';
  #grid;
  #rows;
  #trends;

  /** @param {HTMLElement} grid @param {{ trends: Trends, sort: (key: SortKey) => void, fold: (key: string, open: boolean) => void, open: (line: Line) => void }} given */
  constructor(grid, given) {
    this.#grid = grid;
    this.#trends = given.trends;
    this.#rows = /** @type {HTMLElement} */ (grid.querySelector('#rows'));
    this.#head(given.sort);
    grid.setAttribute('aria-colcount', String(columns.length));
    addEventListener('scroll', () => requestAnimationFrame(() => this.#paint()), { passive: true });
    addEventListener('resize', () => this.#paint());
    this.#rows.addEventListener('click', (event) => {
      const target = /** @type {Element} */ (event.target);
      const line = this.#slots.find((slot) => slot.element.contains(target))?.line;
      if (!line) return;
      this.#activeKey = line.key;
      if (line.open !== undefined && (!line.process || target.closest('.fold'))) given.fold(line.key, !line.open);
      else given.open(line);
      this.#paint();
    });
    grid.addEventListener('keydown', (event) => {
      if (event.target === grid && !event.ctrlKey && !event.metaKey && !event.altKey && this.#key(event.key, given)) {
        event.preventDefault();
      }
    });
  }

  /** @param {Line[]} lines @param {View} view */
  show(lines, view) {
    this.#lines = lines;
    this.#grid.setAttribute('aria-rowcount', String(lines.length + 1));
    for (const head of this.#grid.querySelectorAll('[role=columnheader]')) {
      const sorted = head.getAttribute('data-key') === view.sort;
      head.setAttribute('aria-sort', sorted ? (view.descending ? 'descending' : 'ascending') : 'none');
    }
    this.#paint();
  }

  /** @param {(key: SortKey) => void} sort */
  #head(sort) {
    const row = make('div', 'line head');
    row.setAttribute('role', 'row');
    row.setAttribute('aria-rowindex', '1');
    for (const { key, title, note } of columns) {
      const cell = make('div', `cell ${key}`);
      cell.setAttribute('role', 'columnheader');
      cell.setAttribute('data-key', key);
      cell.title = note;
      const label = make(key === 'trend' ? 'span' : 'button', '', title);
      if (key !== 'trend') label.addEventListener('click', () => sort(key));
      cell.append(label);
      row.append(cell);
    }
    this.#grid.querySelector('#head')?.append(row);
  }

  /** Pixels of one line, as the style sheet says. */
  #height() {
    return Number.parseFloat(getComputedStyle(this.#grid).getPropertyValue('--line'));
  }

  /** Brings the elements in line with what is in sight. */
  #paint() {
    const height = this.#height();
    const above = -this.#rows.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(above / height) - spare);
    const last = Math.min(this.#lines.length, Math.ceil((above + innerHeight) / height) + spare);
    this.#rows.style.setProperty('--count', String(this.#lines.length));
    while (this.#slots.length < last - first) {
      const slot = new LineElement(this.#slots.length);
      this.#slots.push(slot);
      this.#rows.append(slot.element);
    }
    let active = '';
    for (const [i, slot] of this.#slots.entries()) {
      const line = this.#lines[first + i];
      slot.element.hidden = !line || first + i >= last;
      if (!line || slot.element.hidden) continue;
      const points = this.#trends.points([line.key], 'cpu');
      slot.show(line, { index: first + i, active: line.key === this.#activeKey, points, span: this.#trends.span });
      if (line.key === this.#activeKey) active = slot.element.id;
    }
    this.#grid.setAttribute('aria-activedescendant', active);
  }

  /**
   * Keys of the tree grid pattern; true when the key meant something.
   * @param {string} key @param {{ fold: (key: string, open: boolean) => void, open: (line: Line) => void }} given
   */
  #key(key, given) {
    const at = this.#lines.findIndex((line) => line.key === this.#activeKey);
    const line = this.#lines[at];
    const page = Math.max(1, Math.floor(innerHeight / 2 / this.#height()));
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (key in steps) return this.#move(at + steps[/** @type {keyof typeof steps} */ (key)]);
    if (!line) return false;
    if (key === 'Enter' && line.process) given.open(line);
    else if (
      line.open !== undefined &&
      (key === 'Enter' || ((key === 'ArrowLeft') === line.open && key.startsWith('Arrow')))
    ) {
      given.fold(line.key, !line.open);
    } else if (key === 'ArrowLeft') {
      const parent = this.#lines.findLastIndex((one, i) => i < at && one.level < line.level);
      return this.#move(Math.max(0, parent));
    } else if (key === 'ArrowRight') return this.#move(at + 1);
    else return key === 'Enter';
    return true;
  }

  /** @param {number} to */
  #move(to) {
    const index = Math.min(this.#lines.length - 1, Math.max(0, to));
    this.#activeKey = this.#lines[index]?.key ?? '';
    const height = this.#height();
    const top = this.#rows.getBoundingClientRect().top + index * height;
    const head = this.#rows.getBoundingClientRect().top - this.#grid.getBoundingClientRect().top;
    if (top < head) scrollBy(0, top - head);
    else if (top + height > innerHeight) scrollBy(0, top + height - innerHeight);
    this.#paint();
    return true;
  }
}
