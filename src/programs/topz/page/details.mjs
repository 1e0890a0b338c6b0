/** @import { Line } from './rows.mjs' */
/** @import { Snapshot } from '../processes/snapshot.ts' */
/** @import { Trends } from './trends.mjs' */
import { make } from './elements.mjs';
import { binary, percent, span, state } from './figures.mjs';
import { keyOf } from './rows.mjs';
import { draw, drawing } from './trends.mjs';

/** The dialog with everything about one process. It follows the snapshots while it is open. */
export class Details {
  #key = '';
  #dialog;
  #trends;
  #cpu = drawing('cpu');
  #rss = drawing('rss');

  /** @param {HTMLDialogElement} dialog @param {Trends} trends */
  constructor(dialog, trends) {
    this.#dialog = dialog;
    this.#trends = trends;
    this.#find('#details-trends').append(figure('CPU', this.#cpu), figure('Memory', this.#rss));
    // A click outside closes it.
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  }

  /** @param {Line} line @param {Snapshot} snapshot */
  open(line, snapshot) {
    this.#key = line.key;
    this.show(snapshot);
    this.#dialog.showModal();
  }

  /** @param {Snapshot} snapshot */
  show(snapshot) {
    const process = snapshot.processes.find((one) => keyOf(one) === this.#key);
    this.#dialog.classList.toggle('ended', !process);
    if (!process) return;
    const container = snapshot.containers.find((one) => one.id === process.container);
    const started = new Date(process.started).toLocaleString();
    const { meaning } = state(process.state);
    this.#find('#details-title').textContent = `${process.name} · ${process.pid}`;
    this.#command(process.command);
    this.#facts([
      ['Container', container?.name ?? process.container],
      [
        'User',
        process.uid === null || process.user === String(process.uid)
          ? process.user
          : `${process.user} (${process.uid})`,
      ],
      ['State', meaning],
      ['CPU', `${percent(process.cpu)} % of one core`],
      [
        'Memory',
        `${binary(process.rss)} resident${process.share === null ? '' : `, ${percent(process.share)} % of the limit`}`,
      ],
      ['Limit', container ? limit(container) : ''],
      ['Threads', String(process.threads)],
      [
        'Open files',
        process.files === null ? 'not readable: the process belongs to another user' : String(process.files),
      ],
      ['Parent', process.parent === 0 ? 'outside the pod' : String(process.parent)],
      ['Started', `${started}, ${span(process.age)} ago`],
    ]);
    draw(this.#cpu, this.#trends.points([this.#key], 'cpu'), { full: 10, span: this.#trends.span });
    draw(this.#rss, this.#trends.points([this.#key], 'rss'), { full: 1024, span: this.#trends.span });
  }

  /** @param {string} command */
  #command(command) {
    const place = this.#find('#details-command');
    if (place.textContent === command) return;
    place.replaceChildren(
      ...command.split(/( +)/).map((word) => (word.startsWith(' ') ? word : make('span', '', word))),
    );
  }

  /** @param {[string, string][]} facts */
  #facts(facts) {
    const list = this.#find('#details-facts');
    const items = facts.flatMap(([name, text]) => [make('dt', '', name), make('dd', '', text)]);
    if (list.textContent !== items.map((item) => item.textContent).join('')) list.replaceChildren(...items);
  }

  /** @param {string} selector */
  #find(selector) {
    return /** @type {HTMLElement} */ (this.#dialog.querySelector(selector));
  }
}

/** @param {Snapshot['containers'][number]} container */
function limit({ limit, limitFrom }) {
  if (limit !== null) return `${binary(limit)} for the container`;
  if (limitFrom === 'none') return 'none';
  return "not readable: the container's files belong to another user";
}

/** @param {string} name @param {SVGElement} picture */
function figure(name, picture) {
  const element = make('figure');
  element.append(picture, make('figcaption', '', `${name}, last minutes`));
  return element;
}
