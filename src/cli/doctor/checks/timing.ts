import { isObject } from '../../../core/json.ts';
import { type Check, ok, unknown, warning } from '../check.ts';
import type { DryRun } from '../health.ts';
import { webhookSeconds } from '../metrics.ts';

/** Milliseconds of a dry run, and of a call of the webhook, from which people notice them. */
const slow = { dryRun: 3000, call: 500 };

export const latency: Check = {
  name: 'latency',
  look({ probes, metrics }) {
    const times = probes.filter(({ answer }) => 'object' in answer).map(({ milliseconds }) => milliseconds);
    const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
    if (median === undefined) return unknown('No dry run of a pod succeeded.');
    const calls = metrics === undefined ? undefined : webhookSeconds(metrics);
    const said = `A dry run of a pod through kubectl takes ${median} ms (median of ${times.length})`;
    if (!calls) return median > slow.dryRun ? warning(`${said}.`, fix) : ok(`${said}.`);
    const mean = Math.round((calls.sum / calls.count) * 1000);
    const all = `${said}; the API server has waited ${mean} ms for the injector on average, in ${calls.count} calls.`;
    return mean > slow.call || median > slow.dryRun ? warning(all, fix) : ok(all);
  },
};
const fix = 'Look at the processor time and memory of the injector, and add replicas (docs/install.md#sizing).';

export const clock: Check = {
  name: 'clock',
  look({ probes }) {
    const skew = skewOf(probes);
    if (skew === undefined) return unknown('No dry run of a pod says what time it is for the API server.');
    const seconds = Math.abs(skew);
    if (seconds <= 30) return ok('The clocks of this machine and of the API server agree.');
    return warning(
      `The clock of the API server is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} the clock of this machine.`,
      'Synchronize both with NTP: certificates and Leases depend on the time.',
    );
  },
};

/**
 * How many seconds the clock of the API server is ahead of that of this machine; undefined where no dry run says it.
 */
export function skewOf(probes: readonly DryRun[]): number | undefined {
  const [skew] = probes.flatMap(({ answer, at }) => {
    const created = 'object' in answer && isObject(answer.object.metadata) && answer.object.metadata.creationTimestamp;
    return typeof created === 'string' ? [Math.round((Date.parse(created) - at) / 1000)] : [];
  });
  return skew;
}
