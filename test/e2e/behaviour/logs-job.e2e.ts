// 100,000 lines of a Job that ends right after the last one, half of them while the receiver is away for 30 seconds.
import { expect, it } from 'vitest';
import { census } from '../../programs/logship/receiver.ts';
import { appSpec } from '../pieces/app.ts';
import { startLogReceiver } from '../pieces/log-receiver.ts';
import { inNamespace } from '../pieces/place.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();

const annotations = {
  'sidecar.io/logs-files': '/var/log/report/**/*.log',
  'sidecar.io/logs-to': 'loki',
  'sidecar.io/logs-url': 'http://loki:3100',
};
const script = `
  cd /var/log/report && mkdir old
  seq 1 40000 | sed 's/^/line /' >first.log
  wget -q -O - http://loki:3100/away?seconds=30
  seq 40001 50000 | sed 's/^/line /' >>first.log
  mv first.log old/
  for part in 5 6 7 8 9; do
    seq $((part * 10000 + 1)) $((part * 10000 + 9999)) | sed 's/^/line /' >>second.log
    sleep 1
    echo "line $(((part + 1) * 10000))" >>second.log
  done`;

const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'report' },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { annotations },
      // After the app, the sidecar has so long to find its receiver again.
      spec: { ...appSpec(script), restartPolicy: 'Never', terminationGracePeriodSeconds: 90 },
    },
  },
};

it(
  '100,000 lines of a Job arrive, each once, though the receiver is away for 30 s when it ends',
  { timeout: 900_000 },
  () =>
    inNamespace(target, 'e2e-logs-job', async (namespace) => {
      const receiver = await startLogReceiver(target, namespace);
      try {
        await target.apply(namespace, job);
        await target.kubectl(['wait', '-n', namespace, '--for=condition=Complete', 'job/report', '--timeout=300s']);
        const tell = () => receiver.lines();
        const text = await until('the receiver is back', tell, { seconds: 180, every: 500 });
        expect(census(text, 100_000)).toEqual({ lines: 100_000, missing: [], twice: [] });
        const log = await target.kubectl(['logs', '-n', namespace, 'job/report', '-c', 'sidecar-logs']);
        expect(log).toContain('the receiver does not take lines');
        expect(log).toContain('everything is shipped');
      } finally {
        receiver.close();
      }
    }),
);
