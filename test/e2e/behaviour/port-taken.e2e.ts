// S5's other half: a port that the app has is refused with a message and a fix, where the user sees it; nothing crash-loops.
import { describe, expect, it } from 'vitest';
import { readExample } from '../pieces/example.ts';
import { inNamespace } from '../pieces/place.ts';
import { podsOf } from '../pieces/pods.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const message =
  /metadata\.annotations\['sidecar\.io\/topz-port'\]: Port 8080 is used by container app\. Set sidecar\.io\/topz-port to a free port, for example "\d+"\. \[port-taken\]/;
const taken = { 'sidecar.io/topz-port': '8080' };

describe.concurrent('a port that is taken', () => {
  it('of a pod: kubectl prints what is wrong and what to write instead', () =>
    inNamespace(target, 'e2e-port-pod', async (namespace) => {
      const { template } = readExample('topz-port.yaml', '', taken);
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...template.metadata, name: 'busy' },
        spec: template.spec,
      };
      const result = await target.run(['apply', '-n', namespace, '-f', '-'], { stdin: JSON.stringify(pod) });
      expect(result.code).toBe(1);
      expect(result.stderr).toMatch(message);
      expect(await podsOf(target, namespace)).toEqual([]);
    }));

  it('of a Deployment: its ReplicaSet’s event says so, and no pod is there that could crash', () =>
    inNamespace(target, 'e2e-port-deployment', async (namespace) => {
      await target.apply(namespace, ...readExample('topz-port.yaml', '', taken).objects);
      const events = [
        'get',
        'events',
        '-n',
        namespace,
        '--field-selector=reason=FailedCreate',
        '-o',
        'jsonpath={..message}',
      ];
      const look = async () => (message.test(await target.kubectl(events)) ? true : undefined);
      await until('an event tells of it', look, { seconds: 180 });
      expect(await podsOf(target, namespace)).toEqual([]);
    }));
});
