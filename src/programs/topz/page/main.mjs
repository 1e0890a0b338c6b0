/** @import { Snapshot } from '../processes/snapshot.ts' */
/** @import { Layout, SortKey, View } from './rows.mjs' */
import { descendsFirst, readAddress, writeAddress } from './address.mjs';
import { columns } from './columns.mjs';
import { Details } from './details.mjs';
import { set, write } from './elements.mjs';
import { counted } from './figures.mjs';
import { Grid } from './grid.mjs';
import { linesOf } from './rows.mjs';
import { followSnapshots } from './stream.mjs';
import { Summary } from './summary.mjs';
import { offerThemes } from './theme.mjs';
import { askToken, savedToken } from './token.mjs';
import { Trends } from './trends.mjs';

/** @template {HTMLElement} [T=HTMLElement] @param {string} id */
const find = (id) => /** @type {T} */ (document.getElementById(id));

/** @type {View} */
const view = { ...readAddress(location.hash), filter: '', folded: new Set() };
let paused = false;
/** Whether snapshots arrive. */
let live = false;
/** @type {Snapshot | undefined} */
let snapshot;
/** The newest snapshot, also during a pause. @type {Snapshot | undefined} */
let newest;

const trends = new Trends();
const summary = new Summary(find('summary'), trends);
const details = new Details(/** @type {HTMLDialogElement} */ (find('details')), trends);
const grid = new Grid(find('grid'), {
  trends,
  sort: sortBy,
  fold,
  open: (line) => snapshot && details.open(line, snapshot),
});

const sortChoice = /** @type {HTMLSelectElement} */ (find('sort'));
const filter = /** @type {HTMLInputElement} */ (find('filter'));

function render() {
  if (!snapshot) return;
  const lines = linesOf(snapshot, view);
  grid.show(lines, view);
  find('empty').hidden = lines.length > 0;
  set(find('tree'), 'aria-pressed', String(view.layout === 'tree'));
  set(find('flat'), 'aria-pressed', String(view.layout === 'flat'));
  sortChoice.value = view.sort;
  write(find('order'), view.descending ? '↓' : '↑');
  set(find('order'), 'aria-label', view.descending ? 'Descending' : 'Ascending');
}

/** Shows a changed view, and keeps it in the address. @param {Partial<View>} change */
function look(change) {
  Object.assign(view, change);
  history.replaceState(null, '', location.pathname + location.search + writeAddress(view));
  render();
}

/** @param {Snapshot} shown */
function show(shown) {
  newest = shown;
  trends.learn(shown);
  if (paused) return;
  snapshot = shown;
  find('pod').textContent = shown.machine.name;
  document.title = `topz · ${shown.machine.name}`;
  find('alone').hidden = !shown.alone;
  find('facts').textContent = {
    secrets: 'What looks like a secret in a command line is shown as ***.',
    arguments: 'Arguments of commands are hidden.',
    off: 'Command lines are shown in full, secrets too.',
  }[shown.mask];
  summary.show(shown);
  details.show(shown);
  render();
}

/** @param {SortKey} key */
function sortBy(key) {
  look({ sort: key, descending: view.sort === key ? !view.descending : descendsFirst(key) });
}

/** @param {string} key @param {boolean} open */
function fold(key, open) {
  const folded = new Set(view.folded);
  if (open) folded.delete(key);
  else folded.add(key);
  view.folded = folded;
  render();
}

/** Switches to a layout, and from it back to the groups. @param {Layout} layout */
function switchTo(layout) {
  look({ layout: view.layout === layout ? 'groups' : layout });
}

function switchPause() {
  paused = !paused;
  find('pause').setAttribute('aria-pressed', String(paused));
  if (!paused && newest) show(newest);
  tellFigures();
}

/** Shows whether snapshots arrive and how many processes match the filter. A lost connection is shown instead. */
function tellFigures() {
  if (!live) return;
  const state = paused ? 'paused' : 'live';
  const matching = snapshot ? linesOf(snapshot, view).filter((line) => line.process && !line.faint).length : 0;
  tell(state, filter.value ? counted(matching, 'process matches', 'processes match') : state);
}

/** @param {string} state @param {string} text */
function tell(state, text) {
  const status = find('status');
  set(status, 'data-state', state);
  write(status, text);
}

for (const { key, title } of columns) {
  if (key !== 'trend') sortChoice.append(new Option(title, key));
}
sortChoice.addEventListener('change', () => sortBy(/** @type {SortKey} */ (sortChoice.value)));
find('order').addEventListener('click', () => look({ descending: !view.descending }));
addEventListener('hashchange', () => look(readAddress(location.hash)));
filter.addEventListener('input', () => {
  view.filter = filter.value;
  render();
  tellFigures();
});
find('tree').addEventListener('click', () => switchTo('tree'));
find('flat').addEventListener('click', () => switchTo('flat'));
find('pause').addEventListener('click', switchPause);
offerThemes(find('theme'));

document.addEventListener('keydown', (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target === filter && (event.key === 'Escape' || event.key === 'ArrowDown')) grid.focus();
  else if (target.closest('input, select, dialog') || event.ctrlKey || event.metaKey || event.altKey) return;
  // Nothing has the focus: keys are for the list.
  else if (target === document.body && grid.press(event)) grid.focus();
  else if (event.key === '/') filter.focus();
  else if (event.key === 't') switchTo('tree');
  else if (event.key === 'f') switchTo('flat');
  else if (event.key === 'p') switchPause();
  else return;
  event.preventDefault();
});

const states = {
  waiting: 'connecting',
  lost: 'connection lost, trying again',
  refused: 'a token is needed',
};
await followSnapshots({
  token: savedToken,
  show,
  tell: (state) => {
    live = state === 'live';
    if (state === 'live') tellFigures();
    else tell(state, states[state]);
  },
  askToken,
});
