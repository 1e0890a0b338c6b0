import { describe, expect, it } from 'vitest';
import { readValue } from '../../src/yaml-edit/read-value.ts';
import { inject, plainPod } from './run.ts';

const many = <T>(count: number, item: (i: number) => T) => Array.from({ length: count }, (_, i) => item(i));

const pod = (i: number) =>
  plainPod.replace('topz: "true"', `git-repo: https://example.org/${i}.git`).replace('web # the app', `web-${i} # c`);

const jsonPod = {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', annotations: { 'sidecar.io/topz': 'true' } } },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
};
const jsonMap = (i: number) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c-${i}` }, data: { i } });

/** Ten times as much input makes ten times as much work, and not the square of it. */
function expectLinear(few: number, work: (count: number) => void): void {
  const processorTime = (count: number) => {
    const before = process.cpuUsage();
    work(count);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  processorTime(few); // warms up
  const time = processorTime(few);
  expect(processorTime(10 * few)).toBeLessThan(20 * time);
}

describe('the work of inject grows with', () => {
  const expectInjected = (text: string, count: number) => {
    const { code, stdout } = inject(text, '-q');
    expect([code, stdout.match(/sidecar\.io\/status/g)?.length]).toEqual([0, count]);
  };

  it('documents', () => {
    expectLinear(60, (count) => expectInjected(many(count, pod).join('---\n'), count));
  });

  it('keys of a ConfigMap', () => {
    const keys = (count: number) => many(count, (i) => `  key-${i}: "${i}"\n`).join('');
    expectLinear(2000, (count) => expectInjected(`kind: ConfigMap\ndata:\n${keys(count)}---\n${plainPod}`, 1));
  });

  it('JSON', () => {
    expectLinear(2000, (count) => {
      const items = [...many(count, jsonMap), jsonPod];
      expectInjected(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2), 1);
    });
  });

  it.each(['yaml', 'diff'])('JSON on one line, for -o %s', (output) => {
    const podOf = (i: number) => ({ ...jsonPod, metadata: { ...jsonPod.metadata, name: `web-${i}` } });
    expectLinear(600, (count) => {
      const items = many(count, (i) => (i % 10 === 0 ? podOf(i) : jsonMap(i)));
      const { code } = inject(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), '-q', '-o', output);
      expect(code).toBe(0);
    });
  });

  it('objects with a common annotation', () => {
    const annotations = { 'sidecar.io/topz': 'true' };
    const service = (i: number) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: `s-${i}`, annotations } });
    expectLinear(2000, (count) => {
      const items = [...many(count, service), jsonPod];
      const { stderr } = inject(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2));
      expect(stderr).toBe('pod/web: topz injected\n');
    });
  });
});

describe('the work of reading grows with', () => {
  it('anchors of one value', () => {
    expectLinear(8000, (count) => {
      expect(readValue(`a: ${'&x '.repeat(count)}b\n`)).toMatchObject({ problem: { position: 6 } });
    });
  });

  it('anchors of many values', () => {
    expectLinear(20_000, (count) => {
      const text = many(count, (i) => `- &x${i} v\n`).join('');
      expect(readValue(text)).toEqual({ value: many(count, () => 'v') });
    });
  });
});
