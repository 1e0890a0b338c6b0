import type { Clock } from './clock.ts';
import type { MaskMode } from './command/command.ts';
import { createFrame, type Frame } from './forms/frame.ts';
import { createMeter } from './forms/meter.ts';
import type { ProcFolder } from './proc/folder.ts';
import { readMachine, uptime } from './proc/machine.ts';
import { createContainers } from './processes/containers.ts';
import { createHistory, type Point } from './processes/history.ts';
import { createSampler } from './processes/sampler.ts';
import { describe, processKey, type Snapshot } from './processes/snapshot.ts';

/** Points of each trend: five minutes at the default period. */
const trendPoints = 150;

/**
 * Puts sampler, containers, history and meter together: each call looks at the proc folder once and gives the frame
 * that every client is then shown. `limits` are memory limits in bytes by container name.
 */
export function createViewer(
  proc: ProcFolder,
  settings: { mask: MaskMode; limits: ReadonlyMap<string, number> },
  clock: Clock,
): () => Frame {
  const machine = readMachine(proc);
  const booted = clock.date() - (uptime(proc) ?? clock.now() / 1000) * 1000;
  const sampler = createSampler(proc, machine, settings.mask, clock);
  const containers = createContainers(proc, machine.self, settings.limits, clock);
  const history = createHistory(trendPoints);
  const meter = createMeter();

  return () => {
    const sample = sampler.sample();
    const sorted = containers.sort(sample.processes);
    const date = clock.date();
    const snapshot = describe(sample, sorted, { machine, mask: settings.mask, booted, date });
    // The first sample has nothing to compare with, so its CPU figures are no point of a trend.
    if (sample.interval > 0) history.add(date, points(snapshot));
    meter.add(sorted, clock.now() - sample.at);
    return createFrame(sample.at, snapshot, history, meter);
  };
}

function* points(snapshot: Snapshot): Generator<Point> {
  for (const row of snapshot.containers) yield { key: row.id, cpu: row.cpu, rss: row.rss };
  for (const row of snapshot.processes) yield { key: processKey(row), cpu: row.cpu, rss: row.rss };
}
