/** @import { Line, SortKey } from './rows.mjs' */
import { binary, percent, span, state } from './figures.mjs';

/**
 * The columns from left to right. `descends`: the first click on the head sorts from large to small. `note` is the
 * longer name of the head. The trend is a drawing and has no text.
 * @typedef {{ key: SortKey | 'trend', title: string, note: string, descends?: boolean, text: (line: Line) => string }} Column
 * @type {readonly Column[]}
 */
export const columns = [
  { key: 'command', title: 'Process', note: 'Command line', text: () => '' },
  {
    key: 'group',
    title: 'Container',
    note: 'Container',
    text: ({ process, container }) => (process ? container.name : ''),
  },
  { key: 'user', title: 'User', note: 'User that the process runs as', text: ({ process }) => process?.user ?? '' },
  { key: 'pid', title: 'PID', note: 'Process id', text: ({ process }) => (process ? String(process.pid) : '') },
  { key: 'state', title: 'State', note: 'State', text: ({ process }) => (process ? state(process.state).word : '') },
  {
    key: 'cpu',
    title: 'CPU %',
    note: 'CPU, percent of one core',
    descends: true,
    text: ({ process, container }) => percent((process ?? container).cpu),
  },
  { key: 'trend', title: 'Trend', note: 'CPU over the last minutes', text: () => '' },
  {
    key: 'rss',
    title: 'Memory',
    note: 'Resident memory',
    descends: true,
    text: ({ process, container }) => binary((process ?? container).rss),
  },
  {
    key: 'share',
    title: '% of limit',
    note: "Memory, percent of the container's limit",
    descends: true,
    text: ({ process, container }) => orDash((process ?? container).share, percent),
  },
  {
    key: 'threads',
    title: 'Threads',
    note: 'Threads',
    descends: true,
    text: ({ process, container }) => String((process ?? container).threads),
  },
  {
    key: 'files',
    title: 'Files',
    note: 'Open files',
    descends: true,
    text: ({ process }) => (process ? orDash(process.files, String) : ''),
  },
  {
    key: 'age',
    title: 'Age',
    note: 'Time since the start',
    descends: true,
    text: ({ process }) => (process ? span(process.age) : ''),
  },
];

/** @param {number | null} value @param {(value: number) => string} write */
function orDash(value, write) {
  return value === null ? '–' : write(value);
}
