// V8's compilers, which the server switches off for its start: that they work afterwards, in the image as it is
// started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bundle, bundle, imageStart } from '../bundle.ts';

let built: Bundle;
beforeAll(() => {
  built = bundle();
  writeFileSync(built.path('probe.cjs'), probe);
});
afterAll(() => built?.remove());

/**
 * Runs beside the server: makes new functions again and again, calls them often, and says which compilers have made
 * code of one. Large functions get that of Sparkplug first, small ones only that of the others. The bits are those of
 * OptimizationStatus in src/runtime/runtime.h of V8.
 */
const probe = `
const bits = { sparkplug: 15, maglev: 5, turbofan: 6 };
const bodies = ['for (let i = 0; i < n; i++) sum += i % 7;', 'sum += n % 7;'.repeat(200)];
const found = new Set();
let functions = [];
let turns = 0;
setInterval(() => {
  if (turns % 100 === 0) {
    functions = bodies.map((body) => new Function('n', 'let sum = ' + turns + ';' + body + 'return sum;'));
    console.log('turn ' + turns);
  }
  turns += 1;
  for (const work of functions) {
    for (let i = 0; i < 100; i++) work(20);
    const status = %GetOptimizationStatus(work);
    for (const [name, bit] of Object.entries(bits))
      if (status & (1 << bit) && !found.has(name)) console.log(found.add(name) && name);
  }
}, 5).unref();
`;

/** Starts the server with the probe, and gives the lines of both. */
function start(...more: string[]) {
  const { flags, env } = imageStart();
  const natives = ['--allow-natives-syntax', '--require', built.path('probe.cjs')];
  const own = ['--host', '127.0.0.1', '--port', '0', '--drain-delay', '0s', '--certs-folder', built.path('certs')];
  const child = spawn(process.execPath, [...flags, ...more, ...natives, built.path('serve.cjs'), ...own], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => void lines.push(line));
  return { child, lines };
}

it('all work soon after the server listens', async () => {
  const { child, lines } = start();
  const compilers = ['maglev', 'sparkplug', 'turbofan'];
  await expect
    .poll(() => lines.filter((line) => compilers.includes(line)).sort(), { timeout: 120_000, interval: 100 })
    .toEqual(compilers);
  child.kill();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('none is switched on where there is no leave to make machine code', async () => {
  const { child, lines } = start('--jitless');
  const turns = () => {
    const listening = lines.findIndex((line) => line.includes('answers on'));
    return listening < 0 ? 0 : lines.slice(listening).filter((line) => line.startsWith('turn')).length;
  };
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  // Between two lines is half a second or more, and the start ends one second after the server listens.
  await expect.poll(() => hasEnded() || turns() > 5, { timeout: 120_000, interval: 100 }).toBe(true);
  expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  child.kill();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
