/** Figures as people read them. */

/** Percent with three digits at most: `0.4`, `37.5`, `180`. @param {number} value */
export function percent(value) {
  return value >= 99.95 ? value.toFixed(0) : value.toFixed(1);
}

/** Bytes in powers of 1024: `7.9 MiB`. @param {number} bytes */
export function binary(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 99.95 || unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}

/**
 * A time span by its two largest units, so that it changes seldom: `12 s`, `5 min`, `3 h 20 min`, `4 d 2 h`. @param
 * {number} seconds
 */
export function span(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/**
 * The states of proc_pid_stat(5), each as a word and as what it means. @type {Record<string, { word: string, meaning:
 * string }>}
 */
const states = {
  R: { word: 'running', meaning: 'running, or ready to run' },
  S: { word: 'sleeping', meaning: 'sleeping until something happens' },
  D: { word: 'blocked', meaning: 'blocked, mostly by a disk or a network file system; cannot be interrupted' },
  Z: { word: 'zombie', meaning: 'ended, but its parent has not asked for its exit code yet' },
  T: { word: 'stopped', meaning: 'stopped by a signal' },
  t: { word: 'traced', meaning: 'stopped by a debugger' },
  I: { word: 'idle', meaning: 'an idle thread of the kernel' },
  X: { word: 'dead', meaning: 'ending right now' },
};

/** @param {string} letter */
export function state(letter) {
  return states[letter] ?? { word: letter, meaning: `state ${letter}` };
}
