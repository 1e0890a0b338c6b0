/** @import { Line, View, SortKey } from './rows.mjs' */
/** @import { Trends } from './trends.mjs' */
import { columns } from './columns.mjs';
import { Head } from './head.mjs';
import { LineElement } from './line.mjs';

/** Lines kept ready above and below the window. */
const spare = 8;

/**
 * @typedef {{ trends: Trends, sort: (key: SortKey) => void, fold: (key: string, open: boolean) => void, open: (line: Line) => void }} Given
 */

/**
 * The list as a tree grid (WAI-ARIA). Only the lines in sight are elements, so a thousand processes cost as much as
 * forty; `aria-rowcount` and `aria-rowindex` say how many there are. The grid has the focus and one line is active:
 * keys move it, and `aria-activedescendant` names it to assistive technology.
 */
export class Grid {
  /** @type {Line[]} */
  #lines = [];
  /** @type {LineElement[]} */
  #slots = [];
  #activeKey = '';
  #grid;
  #head;
  #rows;
  #given;

  /** @param {HTMLElement} grid @param {Given} given */
  constructor(grid, given) {
    this.#grid = grid;
    this.#given = given;
    this.#rows = /** @type {HTMLElement} */ (grid.querySelector('#rows'));
    const head = /** @type {HTMLElement} */ (grid.querySelector('#head'));
    this.#head = new Head(head, { sort: given.sort, leave: () => this.focus() });
    grid.setAttribute('aria-colcount', String(columns.length));
    addEventListener('scroll', () => requestAnimationFrame(() => this.#paint()), { passive: true });
    addEventListener('resize', () => this.#paint());
    this.#rows.addEventListener('click', (event) => this.#click(/** @type {Element} */ (event.target)));
    grid.addEventListener('focus', () => this.#activeIndex() < 0 && this.#move(this.#firstInSight()));
    grid.addEventListener('keydown', (event) => event.target === grid && this.press(event));
  }

  /** @param {Line[]} lines @param {View} view */
  show(lines, view) {
    this.#lines = lines;
    this.#grid.setAttribute('aria-rowcount', String(lines.length + 1));
    this.#grid.classList.toggle('flat', view.layout === 'flat');
    this.#head.show(view);
    this.#paint();
  }

  focus() {
    this.#grid.focus({ preventScroll: true });
  }

  /** Does what a key means in a tree grid; true when it meant something. @param {KeyboardEvent} event */
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#key(event.key)) return false;
    event.preventDefault();
    return true;
  }

  /** @param {Element} target */
  #click(target) {
    const line = this.#slots.find((slot) => slot.element.contains(target))?.line;
    if (!line) return;
    this.#activeKey = line.key;
    if (line.open !== undefined && (!line.process || target.closest('.fold'))) this.#given.fold(line.key, !line.open);
    else this.#given.open(line);
    this.#paint();
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
    const { trends } = this.#given;
    for (const [i, slot] of this.#slots.entries()) {
      const line = this.#lines[first + i];
      slot.element.hidden = !line || first + i >= last;
      if (!line || slot.element.hidden) continue;
      const points = trends.points([line.key], 'cpu');
      slot.show(line, { index: first + i, active: line.key === this.#activeKey, points, span: trends.span });
      if (line.key === this.#activeKey) active = slot.element.id;
    }
    this.#grid.setAttribute('aria-activedescendant', active);
  }

  #activeIndex() {
    return this.#lines.findIndex((line) => line.key === this.#activeKey);
  }

  #firstInSight() {
    const { bottom } = /** @type {HTMLElement} */ (this.#grid.querySelector('#head')).getBoundingClientRect();
    return Math.max(0, Math.ceil((bottom - this.#rows.getBoundingClientRect().top) / this.#height()));
  }

  /** @param {string} key */
  #key(key) {
    const at = this.#activeIndex();
    const line = this.#lines[at];
    const page = Math.max(1, Math.floor(innerHeight / 2 / this.#height()));
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (key === 'ArrowUp' && at === 0) {
      this.#head.focus();
      return true;
    }
    if (key in steps) return this.#move(at + steps[/** @type {keyof typeof steps} */ (key)]);
    if (!line) return false;
    if (key === 'Enter' && line.process) this.#given.open(line);
    else if (
      line.open !== undefined &&
      (key === 'Enter' || ((key === 'ArrowLeft') === line.open && key.startsWith('Arrow')))
    ) {
      this.#given.fold(line.key, !line.open);
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
