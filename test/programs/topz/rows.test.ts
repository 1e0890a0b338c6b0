import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ContainerRow, ProcessRow, Snapshot } from '../../../src/programs/topz/processes/snapshot.ts';

// Browser modules are JavaScript that is checked by a configuration of its own (src/programs/topz/page/tsconfig.json).
const page = new URL('../../../src/programs/topz/page/', import.meta.url);
const { linesOf } = await import(new URL('rows.mjs', page).href);
const { readAddress, writeAddress } = await import(new URL('address.mjs', page).href);
const { binary, counted, percent, span, state } = await import(new URL('figures.mjs', page).href);

const container = (id: string, more: Partial<ContainerRow> = {}): ContainerRow => ({
  id,
  name: `the ${id}`,
  own: false,
  cpu: 0,
  rss: 0,
  limit: null,
  limitFrom: 'none',
  share: null,
  processes: 1,
  threads: 1,
  ...more,
});

const row = (pid: number, more: Partial<ProcessRow> = {}): ProcessRow => ({
  pid,
  parent: 0,
  container: 'web',
  name: `p${pid}`,
  command: `p${pid} --x`,
  uid: 0,
  user: 'root',
  kernel: false,
  state: 'S',
  cpu: 0,
  rss: 0,
  share: null,
  threads: 1,
  files: null,
  started: '2030-01-01T00:00:00.000Z',
  age: 1,
  ...more,
});

const snapshot = (processes: ProcessRow[], containers = ['web', 'db'].map((id) => container(id))): Snapshot => ({
  time: '2030-01-01T00:00:00.000Z',
  interval: 2,
  machine: { name: 'm', cores: 1, memory: 1 },
  mask: 'secrets',
  alone: false,
  containers,
  processes,
});

const view = { sort: 'cpu', descending: true, filter: '', layout: 'groups', folded: new Set<string>() };

/** Lines as `level:pid` or `level:container`, with `+`, `-` for open, folded and `~` for faint. */
function shown(processes: ProcessRow[], change: Partial<typeof view> = {}, containers?: ContainerRow[]): string {
  const lines: { level: number; open?: boolean; faint?: boolean; container: ContainerRow; process?: ProcessRow }[] =
    linesOf(snapshot(processes, containers), { ...view, ...change });
  return lines
    .map(({ level, open, faint, process, container: { id } }) => {
      const mark = `${open === undefined ? '' : open ? '+' : '-'}${faint ? '~' : ''}`;
      return `${level}:${process?.pid ?? id}${mark}`;
    })
    .join(' ');
}

describe('the lines of the list', () => {
  const some = [row(1, { cpu: 1 }), row(2, { cpu: 9 }), row(3, { cpu: 1 }), row(9, { container: 'db' })];
  const family = [
    row(1),
    row(2, { parent: 1, cpu: 1 }),
    row(3, { parent: 1, cpu: 5 }),
    row(4, { parent: 2 }),
    row(5, { parent: 77 }),
  ];

  it('are processes below their container, in order, equals by id', () => {
    expect(shown(some)).toBe('1:web+ 2:2 2:1 2:3 1:db+ 2:9');
    expect(shown(some, { descending: false })).toBe('1:web+ 2:1 2:3 2:2 1:db+ 2:9');
    expect(shown(some, { sort: 'command', descending: false })).toBe('1:db+ 2:9 1:web+ 2:1 2:2 2:3');
  });

  describe('of several containers', () => {
    const busy = [
      row(1, { cpu: 5, rss: 9, user: 'root', age: 50 }),
      row(2, { cpu: 1, rss: 1, user: '1000', age: 7 }),
      row(9, { container: 'db', cpu: 4, rss: 5, user: '999', age: 60 }),
      row(10, { container: 'db', cpu: 3, rss: 20, user: 'app', age: 8 }),
    ];
    const both = [container('web', { cpu: 6, rss: 10 }), container('db', { cpu: 7, rss: 25, share: 3 })];

    it('sort the containers by their own figure, and the processes within', () => {
      expect(shown(busy, {}, both)).toBe('1:db+ 2:9 2:10 1:web+ 2:1 2:2');
      expect(shown(busy, { descending: false }, both)).toBe('1:web+ 2:2 2:1 1:db+ 2:10 2:9');
      expect(shown(busy, { sort: 'rss', layout: 'tree' }, both)).toBe('1:db+ 2:10 2:9 1:web+ 2:1 2:2');
    });

    it('sort the containers by name, or by the first of their processes where they have no figure', () => {
      expect(shown(busy, { sort: 'command', descending: false }, both)).toBe('1:db+ 2:9 2:10 1:web+ 2:1 2:2');
      expect(shown(busy, { sort: 'group' }, both)).toBe('1:web+ 2:1 2:2 1:db+ 2:9 2:10');
      expect(shown(busy, { sort: 'age' }, both)).toBe('1:db+ 2:9 2:10 1:web+ 2:1 2:2');
      expect(shown(busy, { sort: 'age', descending: false }, both)).toBe('1:web+ 2:2 2:1 1:db+ 2:10 2:9');
    });

    it('have containers whose figure is not known at the end, and keep equal ones in place', () => {
      expect(shown(busy, { sort: 'share' }, both)).toBe('1:db+ 2:9 2:10 1:web+ 2:1 2:2');
      expect(shown(busy, { sort: 'share', descending: false }, both)).toBe('1:db+ 2:9 2:10 1:web+ 2:1 2:2');
      expect(shown(busy, { sort: 'threads' }, both)).toBe('1:web+ 2:1 2:2 1:db+ 2:9 2:10');
    });

    it('are one list when flat, in one order', () => {
      expect(shown(busy, { layout: 'flat' }, both)).toBe('1:1 1:9 1:10 1:2');
      expect(shown(busy, { layout: 'flat', sort: 'rss' }, both)).toBe('1:10 1:1 1:9 1:2');
      expect(shown(busy, { layout: 'flat', sort: 'user', descending: false }, both)).toBe('1:9 1:2 1:10 1:1');
      expect(shown(busy, { layout: 'flat', sort: 'group', descending: false }, both)).toBe('1:9 1:10 1:1 1:2');
      expect(shown(busy, { layout: 'flat', filter: 'the db app' }, both)).toBe('1:10');
      expect(shown(busy, { layout: 'flat', folded: new Set(['web']) }, both)).toBe('1:1 1:9 1:10 1:2');
    });
  });

  it('have what is not known at the end, whichever way', () => {
    const files = [row(1), row(2, { files: 3 }), row(3, { files: 5 })];
    expect(shown(files, { sort: 'files' })).toBe('1:web+ 2:3 2:2 2:1');
    expect(shown(files, { sort: 'files', descending: false })).toBe('1:web+ 2:2 2:3 2:1');
  });

  it('are filtered by every word, also by container and id', () => {
    expect(shown(some, { filter: 'P2' })).toBe('1:web+ 2:2');
    expect(shown(some, { filter: 'the db' })).toBe('1:db+ 2:9');
    expect(shown(some, { filter: ' --x  p3 ' })).toBe('1:web+ 2:3');
    expect(shown(some, { filter: 'p2 p3' })).toBe('');
  });

  it('grow as a tree, siblings in order', () => {
    expect(shown(family, { layout: 'tree' })).toBe('1:web+ 2:1+ 3:3 3:2+ 4:4 2:5');
  });

  it('keep the ancestors of what matches in the tree, faintly', () => {
    expect(shown(family, { layout: 'tree', filter: 'p4' })).toBe('1:web+ 2:1+~ 3:2+~ 4:4');
  });

  it('fold, containers and branches', () => {
    expect(shown(some, { folded: new Set(['web']) })).toBe('1:web- 1:db+ 2:9');
    const branch = new Set([`2 ${family[1]?.started}`]);
    expect(shown(family, { layout: 'tree', folded: branch })).toBe('1:web+ 2:1+ 3:3 3:2- 2:5');
  });
});

describe('the address', () => {
  it.each([
    ['', { layout: 'groups', sort: 'cpu', descending: true }],
    ['#view=flat', { layout: 'flat', sort: 'cpu', descending: true }],
    ['#view=tree&sort=rss&order=asc', { layout: 'tree', sort: 'rss', descending: false }],
    ['#sort=command', { layout: 'groups', sort: 'command', descending: false }],
    ['#sort=user&order=desc', { layout: 'groups', sort: 'user', descending: true }],
    ['#sort=cpu&order=asc', { layout: 'groups', sort: 'cpu', descending: false }],
  ])('%j keeps what is shown', (hash, kept) => {
    expect(readAddress(hash)).toEqual(kept);
    expect(writeAddress(kept)).toBe(hash);
  });

  it.each(['#view=round&sort=trend', '#sort=constructor&order=up', '#=&&%'])('%j is the default', (hash) =>
    expect(readAddress(hash)).toEqual(readAddress('')),
  );
});

describe('figures for people', () => {
  it.each([
    [binary(0), '0 B'],
    [binary(1024), '1.0 KiB'],
    [binary(123.4 * 2 ** 20), '123 MiB'],
    [binary(2 ** 30), '1.0 GiB'],
    [percent(0), '0.0'],
    [percent(99.94), '99.9'],
    [percent(180.4), '180'],
    [span(59), '59 s'],
    [span(3599), '59 min'],
    [span(7200), '2 h'],
    [span(9000), '2 h 30 min'],
    [span(90_000), '1 d 1 h'],
    [counted(1, 'core'), '1 core'],
    [counted(1200, 'core'), '1,200 cores'],
    [state('Z').word, 'zombie'],
    [state('q').meaning, 'state q'],
  ])('%s', (written, expected) => expect(written).toBe(expected));
});

describe('colors', () => {
  const css = readFileSync(new URL('colors.css', page), 'utf8');
  const named = new Map(
    [...css.matchAll(/--([a-z]+): light-dark\(#(\w{6}), #(\w{6})\)/g)].map(([, name, light, dark]) => [
      name,
      [light, dark],
    ]),
  );

  /** Relative luminance (WCAG 2). */
  const luminance = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  it.each(['ink', 'faint', 'accent', 'warm', 'hot'])('%s is read easily on every ground, light and dark', (name) => {
    for (const ground of ['ground', 'surface', 'raised']) {
      for (const theme of [0, 1]) {
        const [a = 0, b = 0] = [named.get(name), named.get(ground)].map((pair) => luminance(pair?.[theme] ?? ''));
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        expect(contrast, `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});
