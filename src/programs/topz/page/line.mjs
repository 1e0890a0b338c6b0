/** @import { Line } from './rows.mjs' */
/** @import { Point } from './trends.mjs' */
import { columns } from './columns.mjs';
import { make, set, write } from './elements.mjs';
import { counted } from './figures.mjs';
import { draw, drawing } from './trends.mjs';

/** The element that shows one line of the list; it is used again for other lines as the list scrolls. */
export class LineElement {
  element = make('div', 'line');
  /** @type {Line | undefined} */
  line;
  #fold = make('span', 'fold');
  #path = make('span', 'path');
  #program = make('span', 'program');
  #rest = make('span', 'rest');
  #trend = drawing('cpu');
  #cells = columns.map((column) => make('div', `cell ${column.key}`));
  /** Where the text of each column is written. */
  #texts = this.#cells;

  /** @param {number} slot */
  constructor(slot) {
    this.element.setAttribute('role', 'row');
    this.element.id = `line-${slot}`;
    this.#fold.setAttribute('aria-hidden', 'true');
    for (const [i, cell] of this.#cells.entries()) {
      cell.setAttribute('role', 'gridcell');
      cell.setAttribute('aria-colindex', String(i + 1));
      if (columns[i]?.key === 'command') cell.append(this.#fold, this.#path, this.#program, this.#rest);
      if (columns[i]?.key === 'trend') cell.append(this.#trend);
    }
    this.#texts = this.#cells.map((cell, i) => (bars.has(columns[i]?.key ?? '') ? withBar(cell) : cell));
    this.element.append(...this.#cells);
  }

  /**
   * Shows a line at its place in the list; only what differs is touched.
   * @param {Line} line @param {{ index: number, active: boolean, points: Point[], span: number }} place
   */
  show(line, { index, active, points, span }) {
    this.line = line;
    const { element } = this;
    const kind = line.process ? 'process' : 'container';
    set(element, 'class', `line ${kind}${active ? ' active' : ''}${line.faint ? ' faint' : ''}`);
    set(element, 'aria-rowindex', String(index + 2));
    set(element, 'aria-level', String(line.level));
    set(element, 'aria-selected', String(active));
    set(element, 'aria-expanded', line.open === undefined ? null : String(line.open));
    set(element, 'data-key', line.key);
    set(element, 'data-state', line.process?.state ?? null);
    element.style.setProperty('--index', String(index));
    element.style.setProperty('--level', String(line.level));
    const subject = line.process ?? line.container;
    element.style.setProperty('--cpu', String(Math.min(1, subject.cpu / 100)));
    element.style.setProperty('--share', String(Math.min(1, (subject.share ?? 0) / 100)));
    this.#name(line);
    for (const [i, column] of columns.entries()) {
      const cell = this.#texts[i];
      if (cell && column.key !== 'command' && column.key !== 'trend') write(cell, column.text(line));
    }
    draw(this.#trend, points, { full: 10, span });
  }

  /** @param {Line} line */
  #name({ process, container, open }) {
    write(this.#fold, open === undefined ? '' : open ? '▾' : '▸');
    if (!process) {
      write(this.#path, '');
      write(this.#program, container.name);
      write(
        this.#rest,
        ` ${container.own ? 'this program · ' : ''}${counted(container.processes, 'process', 'processes')}`,
      );
      return;
    }
    const [, path = '', program = '', rest = ''] = /^(\/(?:\S*\/)?)?(\S+)(.*)$/s.exec(process.command) ?? [];
    write(this.#path, path);
    write(this.#program, program);
    write(this.#rest, rest);
  }
}

/** Columns whose figures have a bar below them. */
const bars = new Set(['cpu', 'share']);

/** Puts a figure and a bar into a cell; gives the figure's element. @param {HTMLElement} cell */
function withBar(cell) {
  const figure = make('span', 'figure');
  const bar = make('span', 'bar');
  bar.setAttribute('aria-hidden', 'true');
  cell.append(figure, bar);
  return figure;
}
