import { secondsOf } from '../../core/units.ts';
import { bounded } from './bounded.ts';

/** Durations as Go writes them. Expressions see the text. */
export const duration = bounded({
  name: 'duration',
  code: 'bad-duration',
  noun: 'a duration',
  measure: secondsOf,
  value: (text) => text,
  fix: (text) => {
    if (/^[0-9]+$/.test(text)) return `Add a unit: "${text}s" for seconds, "${text}m" for minutes.`;
    return 'Write "30s", "5m" or "1h30m".';
  },
  sample: '30s',
  longest: 6 * '123456789.123456789ms'.length,
});
