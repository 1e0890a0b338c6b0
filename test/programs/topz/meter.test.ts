import { describe, expect, it } from 'vitest';
import { exposition } from '../../../src/programs/kit/exposition.ts';
import { createMeter } from '../../../src/programs/topz/forms/meter.ts';
import { binary } from '../../../src/programs/topz/forms/table.ts';
import type { Container } from '../../../src/programs/topz/processes/containers.ts';
import type { Process } from '../../../src/programs/topz/processes/sampler.ts';
import type { Snapshot } from '../../../src/programs/topz/processes/snapshot.ts';
import { promtext } from './promtext.ts';

const nothing: Snapshot = {
  time: '',
  interval: 2,
  machine: { name: 'm', cores: 1, memory: 1 },
  mask: 'secrets',
  alone: false,
  containers: [],
  processes: [],
};

function container(name: string, spent: Record<string, number>): Container {
  const processes = Object.entries(spent).map(
    ([process, seconds], i): Process => ({
      pid: i + 1,
      parent: 0,
      name: process,
      command: process,
      uid: 0,
      user: 'root',
      kernel: false,
      state: 'S',
      cpu: 0,
      spent: seconds,
      rss: 4096,
      threads: 2,
      files: i === 0 ? 3 : null,
      start: 0,
      container: undefined,
    }),
  );
  return { id: name, name, own: false, limit: 'none', limitFrom: 'cgroup', start: 0, processes };
}

describe('the meter', () => {
  it('keeps the CPU time of processes that have ended', () => {
    const meter = createMeter();
    meter.add([container('web', { nginx: 1.5, sh: 0.25 })], 4);
    meter.add([container('web', { nginx: 0.5 })], 4);
    const text = meter.text(nothing, 2);
    expect(text).toContain('topz_process_cpu_seconds_total{container="web",process="nginx"} 2\n');
    expect(text).toContain('topz_process_cpu_seconds_total{container="web",process="sh"} 0.25\n');
    expect(text).toContain('topz_processes{container="web",process="nginx"} 1\n');
    expect(text).not.toContain('topz_processes{container="web",process="sh"}');
    expect(text).toContain('topz_process_open_fds{container="web",process="nginx"} 3\n');
    expect(text).toContain('topz_samples_total 2\n');
    expect(text).toContain('topz_sample_seconds_total 0.008\n');
    expect(text).toContain('topz_watchers 2\n');
    expect(promtext(text)).toEqual([]);
  });

  it('has a bounded number of series, whatever processes call themselves', () => {
    const meter = createMeter();
    for (let i = 0; i < 3000; i++) meter.add([container('web', { [`name-${i}`]: 1 })], 1);
    const series = meter.text(nothing, 0).match(/^topz_process_cpu_seconds_total\{.*$/gm) ?? [];
    expect(series).toHaveLength(501);
    expect(series.at(-1)).toBe('topz_process_cpu_seconds_total{container="other",process="other"} 2500');
  });

  it('escapes names', () => {
    const row = { labels: { process: 'a"b\\c\nd' }, value: 1 };
    expect(exposition([['x', 'gauge', 'X.', [row]]])).toBe(
      '# HELP x X.\n# TYPE x gauge\nx{process="a\\"b\\\\c\\nd"} 1\n',
    );
  });
});

describe('bytes in the table', () => {
  it.each([
    [0, '0K'],
    [4096, '4K'],
    [999 * 1024, '999K'],
    [1_048_064, '1.0M'],
    [8.26 * 2 ** 20, '8.3M'],
    [123.4 * 2 ** 20, '123M'],
    [1.5 * 2 ** 30, '1.5G'],
    [3 * 2 ** 40, '3.0T'],
  ])('%d is %s', (bytes, text) => expect(binary(bytes)).toBe(text));
});
