import { describe, expect, it } from 'vitest';
import { openProc } from '../../../src/programs/topz/proc/folder.ts';
import { createViewer } from '../../../src/programs/topz/viewer.ts';
import { fc } from '../../fast-check.ts';
import { fakeProc, statLine } from './fake-proc.ts';
import { turnedClock } from './turned-clock.ts';

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('', '\0', '\n', '()', '1 () S', '9'.repeat(400), '((((((((', '-1 -1 -1'),
);

/** Many more on demand: FUZZ_RUNS=5000. */
const runs = Number(process.env.FUZZ_RUNS ?? 200);

const pid = fc.integer({ min: 1, max: 12 });

/** A line of the right shape with wild figures, sometimes cut off. */
const stat = fc
  .record({
    pid,
    parent: fc.oneof(pid, fc.integer(), fc.constant(0)),
    name: fc.string({ unit: 'binary', maxLength: 20 }),
    state: fc.constantFrom('R', 'S', 'D', 'Z', 'T', 't', 'X', 'I', 'q', '?', ''),
    ticks: fc.oneof(fc.nat(), fc.integer(), fc.double()),
    pages: fc.oneof(fc.nat(), fc.integer()),
    threads: fc.nat({ max: 100_000 }),
    start: fc.oneof(fc.nat({ max: 2_000_000 }), fc.integer(), fc.double()),
    kernel: fc.boolean(),
  })
  .chain((process) =>
    fc
      .oneof({ weight: 4, arbitrary: fc.constant(400) }, fc.nat({ max: 150 }))
      .map((end) => statLine(process).slice(0, end)),
  );

const id = fc.constantFrom('a', 'b', 'c').map((letter) => `0::/../cri-containerd-${letter.repeat(64)}.scope\n`);
const name = fc
  .stringMatching(/^[a-z]{1,3}$/)
  .map((text) => `1 2 8:1 /pods/u/containers/${text}/1f /dev/termination-log rw - ext4 x rw\n`);

const file = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      path: pid.map((one) => `${one}/stat`),
      content: fc.oneof({ weight: 5, arbitrary: stat }, anything),
    }),
  },
  { weight: 2, arbitrary: fc.record({ path: pid.map((one) => `${one}/cmdline`), content: anything }) },
  { weight: 2, arbitrary: fc.record({ path: pid.map((one) => `${one}/cgroup`), content: fc.oneof(id, anything) }) },
  {
    weight: 2,
    arbitrary: fc.record({ path: pid.map((one) => `${one}/mountinfo`), content: fc.oneof(name, anything) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      path: pid.map((one) => `${one}/root/sys/fs/cgroup/memory.max`),
      content: fc.oneof(fc.nat().map(String), anything),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      path: fc.constantFrom('uptime', 'stat', 'meminfo', '5/auxv', 'sys/kernel/hostname'),
      content: anything,
    }),
  },
);

describe('whatever stands in /proc', () => {
  it(
    'never stops topz, and what it tells is always well-formed',
    () => {
      fc.assert(
        fc.property(fc.array(fc.array(file, { maxLength: 25 }), { minLength: 2, maxLength: 4 }), (rounds) => {
          const proc = fakeProc(5);
          const clock = turnedClock();
          try {
            const first = rounds[0] ?? [];
            for (const { path, content } of first) proc.write(path, content);
            const take = createViewer(openProc(proc.root), { mask: 'secrets', limits: new Map([['a', 1000]]) }, clock);
            for (const files of rounds) {
              for (const { path, content } of files) proc.write(path, content);
              clock.turn(5000);
              const frame = take();
              const { containers, processes } = frame.snapshot;
              const known = new Set(containers.map((container) => container.id));
              expect(processes.every((process) => known.has(process.container))).toBe(true);
              expect(new Set(processes.map((process) => process.pid)).size).toBe(processes.length);
              const figures = processes.flatMap(({ cpu, rss, age, threads, share }) => [
                cpu,
                rss,
                age,
                threads,
                share ?? 0,
              ]);
              expect(figures.every((figure) => Number.isFinite(figure) && figure >= 0)).toBe(true);
              expect(JSON.parse(frame.jsonWithTrends().toString()).processes).toHaveLength(processes.length);
              expect(frame.text().toString().split('\n')).toHaveLength(processes.length + 2);
              expect(frame.metrics(0)).toMatch(/^(#? ?[^\n]+\n)+$/);
            }
          } finally {
            proc.remove();
          }
        }),
        { numRuns: runs },
      );
    },
    60_000 + runs * 200,
  );
});
