// S5's other half: a port that the app has is refused with a message and a fix, where the user sees it; nothing
// crash-loops.
import { describe, expect, it } from 'vitest';
import { readExample } from '../pieces/example.ts';
import { inNamespace } from '../pieces/place.ts';
import { podsOf } from '../pieces/pods.ts';
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

  it('of a Deployment: kubectl prints the same, and no Deployment is there whose pods could crash', () =>
    inNamespace(target, 'e2e-port-deployment', async (namespace) => {
      const { objects } = readExample('topz-port.yaml', '', taken);
      const list = { apiVersion: 'v1', kind: 'List', items: objects };
      const result = await target.run(['apply', '-n', namespace, '-f', '-'], { stdin: JSON.stringify(list) });
      expect(result.code).toBe(1);
      expect(result.stderr).toMatch(message);
      expect(await target.kubectl(['get', 'deployments', '-n', namespace, '-o', 'name'])).toBe('');
      expect(await podsOf(target, namespace)).toEqual([]);
    }));
});
