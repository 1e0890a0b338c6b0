import { exposition } from '../../kit/exposition.ts';
import type { Container } from '../processes/containers.ts';
import type { Process } from '../processes/sampler.ts';
import type { Snapshot } from '../processes/snapshot.ts';

/** Counts what Prometheus reads. */
export type Meter = {
  /** Counts one sample, which took so many milliseconds. */
  add(containers: readonly Container[], took: number): void;
  /** Prometheus' text format. */
  text(snapshot: Snapshot, watchers: number): string;
};

/**
 * Processes of one container with one name are one series: an id would be a new series for each process that ever ran.
 */
type Group = { container: string; process: string; cpu: number; members: Process[] };

/** Groups that get a series of their own. A process may call itself anything, so what comes later is `other`. */
const groupsMax = 500;

/** Sums processes up by container and name. CPU time stays counted when a process has ended, so that it never falls. */
export function createMeter(): Meter {
  const groups = new Map<string, Group>();
  let samples = 0;
  let seconds = 0;

  function groupFor(container: string, process: string): Group {
    const key = `${container}\0${process}`;
    const found = groups.get(key);
    if (found) return found;
    if (groups.size >= groupsMax && process !== 'other') return groupFor('other', 'other');
    const group = { container, process, cpu: 0, members: [] };
    groups.set(key, group);
    return group;
  }

  return {
    add(containers, took) {
      samples += 1;
      seconds += took / 1000;
      for (const group of groups.values()) group.members = [];
      for (const container of containers) {
        for (const process of container.processes) {
          const group = groupFor(container.name, process.name);
          group.cpu += process.spent;
          group.members.push(process);
        }
      }
    },

    text(snapshot, watchers) {
      const all = [...groups.values()];
      const alive = all.filter((group) => group.members.length > 0);
      const counted = alive.filter((group) => group.members.some((one) => one.files !== null));
      const of = (rows: Group[], figure: (one: Process) => number) =>
        rows.map(({ container, process, members }) => ({
          labels: { container, process },
          value: members.reduce((total, one) => total + figure(one), 0),
        }));
      const cpu = all.map(({ container, process, cpu }) => ({ labels: { container, process }, value: rounded(cpu) }));
      const limits = snapshot.containers.flatMap(({ name, limit }) =>
        limit === null ? [] : { labels: { container: name }, value: limit },
      );
      return exposition([
        ['topz_processes', 'gauge', 'Processes that run now.', of(alive, () => 1)],
        ['topz_process_cpu_seconds_total', 'counter', 'CPU time used by processes, ended ones included.', cpu],
        [
          'topz_process_resident_memory_bytes',
          'gauge',
          'Resident memory; shared pages count in each process.',
          of(alive, (one) => one.rss),
        ],
        ['topz_process_threads', 'gauge', 'Threads.', of(alive, (one) => one.threads)],
        [
          'topz_process_open_fds',
          'gauge',
          'Open files of the processes that let them be counted.',
          of(counted, (one) => one.files ?? 0),
        ],
        ['topz_container_memory_limit_bytes', 'gauge', 'Memory limit, of the containers whose limit is known.', limits],
        ['topz_samples_total', 'counter', 'Looks at the list of processes.', [{ value: samples }]],
        [
          'topz_sample_seconds_total',
          'counter',
          'Time spent looking at the list of processes.',
          [{ value: rounded(seconds) }],
        ],
        ['topz_watchers', 'gauge', 'Clients that are shown every sample.', [{ value: watchers }]],
      ]);
    },
  };
}

/** Seconds to the microsecond: the sum of many small numbers has digits that mean nothing. */
function rounded(seconds: number): number {
  return Number(seconds.toFixed(6));
}
