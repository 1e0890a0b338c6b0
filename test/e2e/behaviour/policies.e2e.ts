// A policy on a real node: its sidecar runs without an annotation, and nobody gets around it but who is exempt.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appPod } from '../pieces/app.ts';
import { containerNames, tryCreate } from '../pieces/dry-run.ts';
import { openSite } from '../pieces/http.ts';
import { createNamespace } from '../pieces/place.ts';
import { enforcePolicy, lockedPort, removePolicy, untilRefused, withContainer } from '../pieces/policy.ts';
import { isReady, type Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { kubectlIn, sleeping, untilPods, workload } from '../pieces/workloads.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const namespace = 'e2e-policies';
const policy = 'e2e-behaviour';
const { done, said } = kubectlIn(target, namespace);

const required = `The policy ${policy} requires the sidecar topz`;
const locked = `The policy ${policy} locks this setting`;
const forbidden = `The policy ${policy} forbids the sidecar`;
const otherPort = { 'sidecar.io/topz-port': '22000' };

const labelled = (app: string, annotations: Readonly<Record<string, string>> = {}) => {
  const pod = appPod(app, annotations, sleeping);
  return { ...pod, metadata: { ...pod.metadata, labels: { app } } };
};
const annotated = (annotations: object) => ({
  ...workload('Deployment'),
  metadata: { name: 'another', annotations },
});

beforeAll(async () => {
  await createNamespace(target, namespace);
  await enforcePolicy(target, policy, namespace);
});
afterAll(async () => {
  await removePolicy(target, policy);
  await target.kubectl(['delete', 'namespace', namespace, '--wait=false']);
});

describe('in a namespace of an enforced policy', () => {
  it('the pod of a Deployment without annotations runs the required sidecar, on the locked port', async () => {
    await target.apply(namespace, workload('Deployment'));
    const [pod] = await untilPods(target, namespace, true);
    if (!pod) throw new Error('there is no pod');
    const site = await openSite(target, pod, lockedPort);
    try {
      const look = async () => (await site.get('/topz')).body.includes('sleep') || undefined;
      await until('topz shows the app', look, { seconds: 180 });
    } finally {
      site.close();
    }
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    [required, { 'sidecar.io/inject': 'false' }],
    [required, { 'sidecar.io/topz': 'false' }],
    [locked, otherPort],
    [locked, { 'sidecar.io/topz-image': 'docker.io/library/busybox:1.37' }],
    [locked, { 'sidecar.io/topz.two': 'true', 'sidecar.io/topz-port.two': '22000' }],
    [forbidden, { 'sidecar.io/git-repo': 'https://example.com/site.git' }],
  ])('%s: refused as annotations of a pod, of a workload and of its template: %j', async (sentence, annotations) => {
    const template = { ...workload('Deployment').spec.template, metadata: { labels: { app: 'web' }, annotations } };
    const inTemplate = { ...annotated({}), spec: { ...workload('Deployment').spec, template } };
    for (const object of [appPod('app', annotations, sleeping), annotated(annotations), inTemplate])
      await untilRefused(() => tryCreate(target, namespace, object), sentence);
    const words = Object.entries(annotations).map(([key, value]) => `${key}=${value}`);
    await untilRefused(() => said('annotate', 'deployment', 'web', '--dry-run=server', ...words), sentence);
  });

  it('a container under the name of a forbidden sidecar is refused by the API server', () =>
    untilRefused(() => tryCreate(target, namespace, withContainer('sidecar-git-docs')), forbidden));

  it('an exemption lets a pod start without the sidecar until its day is over', async () => {
    await target.apply(namespace, labelled('legacy', { 'sidecar.io/inject': 'false' }));
    const look = async () => {
      const pod = await target.get<Pod>('pod', 'legacy', '-n', namespace);
      return isReady(pod) ? pod : undefined;
    };
    expect(containerNames(await until('the exempt pod is Ready', look, { seconds: 180 }))).toEqual(['app']);
    const late = labelled('late', { 'sidecar.io/inject': 'false' });
    await untilRefused(() => tryCreate(target, namespace, late), required);
  });

  it('what the namespace says against the policy has no effect, with a warning to who creates a pod', async () => {
    await done('annotate', 'namespace', namespace, 'sidecar.io/topz-port=22000');
    const look = async () => {
      const { stdout, stderr } = await tryCreate(target, namespace, appPod('app', {}, sleeping));
      if (!stderr.includes('has no effect on this pod')) throw new Error(`it said: ${stderr}`);
      return stdout;
    };
    const stored = await until('kubectl warns', look, { seconds: 300 });
    expect(stored).toContain(`${lockedPort}`);
    expect(stored).not.toContain('22000');
  });
});
