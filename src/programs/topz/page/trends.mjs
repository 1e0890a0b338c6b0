/** @import { Snapshot } from '../processes/snapshot.ts' */
import { keyOf } from './rows.mjs';

/** Milliseconds that trends reach back at most, and the shortest time that a drawing covers. */
const reach = 300_000;
const reachLeast = 60_000;

const svg = 'http://www.w3.org/2000/svg';

/** Size of a drawing in its own units; style sheets stretch it. */
const width = 120;
const height = 30;

/** @typedef {{ cpu: number[], rss: number[] }} Trend */

/** The last minutes of each process and container: what the server has stored, continued with each snapshot. */
export class Trends {
  /** @type {number[]} */
  #times = [];
  /** @type {Map<string, Trend>} */
  #lines = new Map();

  /** @param {Snapshot} snapshot */
  learn(snapshot) {
    const rows = [
      ...snapshot.containers.map((row) => ({ key: row.id, row })),
      ...snapshot.processes.map((row) => ({ key: keyOf(row), row })),
    ];
    if (snapshot.times) {
      this.#times = snapshot.times;
      this.#lines = new Map(rows.map(({ key, row }) => [key, row.trend ?? { cpu: [], rss: [] }]));
      return;
    }
    const time = Date.parse(snapshot.time);
    const kept = this.#times.filter((one) => one > time - reach);
    this.#times = [...kept, time];
    this.#lines = new Map(
      rows.map(({ key, row }) => {
        const line = this.#lines.get(key) ?? { cpu: [], rss: [] };
        append(line.cpu, row.cpu, kept.length);
        append(line.rss, Math.round(row.rss / 1024), kept.length);
        return [key, line];
      }),
    );
  }

  /** Milliseconds from the left of every drawing to its right. */
  get span() {
    const passed = (this.#times.at(-1) ?? 0) - (this.#times[0] ?? 0);
    return Math.min(reach, Math.max(reachLeast, passed));
  }

  /**
   * The points of one line, or of several added up. @param {string[]} keys @param {'cpu' | 'rss'} figure @returns
   * {Point[]}
   */
  points(keys, figure) {
    const lines = keys.map((key) => this.#lines.get(key)?.[figure] ?? []);
    const length = Math.max(0, ...lines.map((line) => line.length));
    return this.#times.slice(-length || this.#times.length).map((time, i) => ({
      time,
      value: lines.reduce((sum, line) => sum + (line[i - (length - line.length)] ?? 0), 0),
    }));
  }
}

/**
 * Adds the newest point after the last `kept` ones. @param {number[]} points @param {number} value @param {number} kept
 */
function append(points, value, kept) {
  if (points.length > kept) points.splice(0, points.length - kept);
  points.push(value);
}

/** @typedef {{ time: number, value: number }} Point */

/** An empty drawing for a trend. @param {string} name */
export function drawing(name) {
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  picture.setAttribute('preserveAspectRatio', 'none');
  picture.setAttribute('aria-hidden', 'true');
  picture.setAttribute('class', `drawing ${name}`);
  for (const part of ['area', 'stroke']) {
    const path = document.createElementNS(svg, 'path');
    path.setAttribute('class', part);
    picture.append(path);
  }
  return picture;
}

/**
 * Draws points from the left (`span` milliseconds ago) to the right (now); `full` is the least that the top stands for.
 * @param {SVGElement} picture @param {Point[]} points @param {{ full: number, span: number }} scale
 */
export function draw(picture, points, { full, span }) {
  const [area, stroke] = picture.children;
  const last = points.at(-1);
  if (!area || !stroke || !last) return;
  const top = Math.max(full, ...points.map((point) => point.value));
  const spots = points
    .filter((point) => point.time >= last.time - span)
    .map(({ time, value }) => {
      const x = width - ((last.time - time) / span) * width;
      return `${x.toFixed(1)} ${(height - 1 - (value / top) * (height - 3)).toFixed(1)}`;
    });
  const first = spots[0]?.split(' ')[0] ?? '0';
  stroke.setAttribute('d', `M${spots.join('L')}`);
  area.setAttribute('d', `M${first} ${height}L${spots.join('L')}L${width} ${height}Z`);
}
