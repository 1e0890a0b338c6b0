/** @import { Snapshot } from '../processes/snapshot.ts' */
/** @import { Trends } from './trends.mjs' */
import { make, write } from './elements.mjs';
import { binary, counted, percent } from './figures.mjs';
import { draw, drawing } from './trends.mjs';

/** The tiles above the list: figures of the whole pod. */
export class Summary {
  #trends;
  #tiles;

  /** @param {HTMLElement} section @param {Trends} trends */
  constructor(section, trends) {
    this.#trends = trends;
    this.#tiles = {
      cpu: tile('cpu', 'CPU'),
      rss: tile('rss', 'Memory'),
      processes: tile('', 'Processes'),
      containers: tile('', 'Containers'),
    };
    section.append(...Object.values(this.#tiles).map((one) => one.element));
  }

  /** @param {Snapshot} snapshot */
  show(snapshot) {
    const { containers, processes, machine } = snapshot;
    const { cpu, rss, processes: count, containers: groups } = this.#tiles;
    const used = sum(containers.map((row) => row.cpu));
    cpu.show(`${percent(used)} %`, `of one core; the node has ${counted(machine.cores, 'core')}`);
    rss.show(binary(sum(containers.map((row) => row.rss))), 'sum of resident memory');
    const zombies = processes.filter((row) => row.state === 'Z').length;
    const running = processes.filter((row) => row.state === 'R').length;
    count.show(
      processes.length.toLocaleString('en'),
      `${running} running${zombies > 0 ? `, ${counted(zombies, 'zombie')}` : ''}, ${counted(sum(containers.map((row) => row.threads)), 'thread')}`,
    );
    groups.show(String(containers.length), containers.map((row) => row.name).join(', '));
    const keys = containers.map((row) => row.id);
    draw(cpu.picture, this.#trends.points(keys, 'cpu'), { full: 10, span: this.#trends.span });
    draw(rss.picture, this.#trends.points(keys, 'rss'), { full: 1024, span: this.#trends.span });
  }
}

/** @param {string} trend @param {string} title */
function tile(trend, title) {
  const element = make('div', 'tile');
  const value = make('p', 'value');
  const note = make('p', 'note');
  const picture = drawing(trend);
  element.append(make('h2', '', title), value, note);
  if (trend) element.append(picture);
  return {
    element,
    picture,
    /** @param {string} figure @param {string} text */
    show(figure, text) {
      write(value, figure);
      write(note, text);
      note.title = text;
    },
  };
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
