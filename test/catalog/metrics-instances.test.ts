// Several exporters in one pod: each needs ports of its own, and a message names each setting.
import { expect, it } from 'vitest';
import { outcomeOf } from './metrics-containers.ts';

function fixesOf(settings: Record<string, string>): readonly string[] {
  const { outcome } = outcomeOf(settings);
  return outcome.kind === 'Refused' ? outcome.problems.map(({ code, fix }) => `${code}: ${fix}`) : [];
}

const free = (setting: string, port: number) =>
  `port-taken: Set sidecar.io/metrics-${setting} to a free port, for example "${port}".`;

it.each([
  ['mysql', 'postgres', [free('exporter-port.b', 29200), free('port.b', 29101)]],
  ['mysql', 'mysql', [free('exporter-port.b', 29200), free('port.b', 29101)]],
  ['nginx', 'redis', [free('port.b', 29101)]],
  // It has that port by UDP and by TCP.
  ['statsd', 'statsd', [free('port.b', 29101), free('statsd-port.b', 20000)]],
])('%s and %s', (a, b, fixes) => {
  expect(fixesOf({ 'for.a': a, 'for.b': b }).toSorted()).toEqual(fixes.toSorted());
});

it('with other ports, all are injected', () => {
  const ports = { 'port.b': '29101', 'exporter-port.b': '29200', 'annotate.b': 'false' };
  const { outcome } = outcomeOf({ 'for.a': 'mysql', 'for.b': 'postgres', ...ports });
  expect(outcome.kind).toBe('Injected');
});
