import { expect, it } from 'vitest';
import { inject, plainPod } from './run.ts';

it('of ten times as many documents, inject makes ten times as much work, and not the square of it', () => {
  const pod = (i: number) =>
    plainPod.replace('topz: "true"', `git-repo: https://example.org/${i}.git`).replace('web # the app', `web-${i} # c`);
  const processorTime = (count: number) => {
    const text = Array.from({ length: count }, (_, i) => pod(i)).join('---\n');
    const before = process.cpuUsage();
    const { code, stdout } = inject(text, '-q');
    const { user, system } = process.cpuUsage(before);
    expect([code, stdout.split(' # c\n').length]).toEqual([0, count + 1]);
    return user + system;
  };
  processorTime(60); // warms up
  const few = processorTime(60);
  expect(processorTime(600)).toBeLessThan(20 * few);
});
