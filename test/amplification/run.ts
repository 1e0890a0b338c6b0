// `npm run amplification [-- ROUNDS [SEED]]`: the most expensive pods and templates that a search of so many rounds
// finds. One line of JSON for each.
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { answered, type Found, search, yardstick } from './search.ts';
import { heaviestTemplates, podOfDemo } from './templates.ts';

const [rounds = 2000, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
console.error(`${rounds} rounds, seed ${seed}`);
let value = seed;
/** A random number from 0 to 1 (mulberry32), so that a search can be repeated. */
function random(): number {
  value = (value + 0x6d2b79f5) | 0;
  let t = Math.imul(value ^ (value >>> 15), 1 | value);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const summary = ({ shape, body, milliseconds, answerBytes }: Found) => ({
  milliseconds,
  answerBytes,
  bodyBytes: body.length,
  shape: Object.fromEntries(Object.entries(shape).filter(([, value]) => value > 0)),
});
for (const [form, state] of Object.entries({ native: builtInState, classic: classicState })) {
  const { slowest, largest } = search(state, rounds, random);
  console.log(JSON.stringify({ form, slowest: summary(slowest), largest: summary(largest) }));
}
const pod = podOfDemo();
for (const { label, template, compileMilliseconds } of heaviestTemplates()) {
  const state = { ...builtInState, catalog: buildCatalog([template]).catalog };
  const attempts = [1, 2, 3].map(() => answered(pod, state));
  const milliseconds = Math.min(...attempts.map((attempt) => attempt.milliseconds));
  console.log(
    JSON.stringify({ template: label, milliseconds, compileMilliseconds, answerBytes: attempts[0]?.answerBytes }),
  );
}
console.log(JSON.stringify({ yardstick: yardstick() }));
console.log(JSON.stringify({ peakResidentMiB: Math.round(process.resourceUsage().maxRSS / 1024) }));
