// What settings of the chart add, as Helm renders it, and what the rights of the chart allow on a real API server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { release, renderedChart } from './chart.ts';
import { defineTemplates } from './cluster-templates.ts';
import { applied } from './setup.ts';

const kindsOf = async (...settings: string[]) => (await renderedChart(...settings)).map(({ kind }) => kind);
describe('the chart', () => {
  it('has a NetworkPolicy where it is enabled: for the port of its pods, from the listed peers', async () => {
    expect(await kindsOf()).not.toContain('NetworkPolicy');
    const settings = ['networkPolicy.enabled=true', 'networkPolicy.from[0].ipBlock.cidr=192.0.2.10/32'];
    const policy = (await renderedChart(...settings)).find(({ kind }) => kind === 'NetworkPolicy');
    expect(policy).toMatchObject({
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'sidecar-injector' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.10/32' } }], ports: [{ port: 'https' }] }],
      },
    });
    await expect(renderedChart('networkPolicy.enabled=true')).rejects.toThrow(/networkPolicy\.from is empty/);
  });

  it('gives the server a client CA where a Secret is named', async () => {
    const deploymentOf = async (...settings: string[]) =>
      (await renderedChart(...settings)).find(({ kind }) => kind === 'Deployment');
    expect(JSON.stringify(await deploymentOf())).not.toContain('client-ca');
    const container = {
      args: expect.arrayContaining(['--client-ca=/client-ca/ca.crt']),
      volumeMounts: expect.arrayContaining([{ name: 'client-ca', mountPath: '/client-ca', readOnly: true }]),
    };
    const secret = { secretName: 'webhook-clients', items: [{ key: 'ca.crt', path: 'ca.crt' }] };
    expect(await deploymentOf('certificates.clientCaSecret=webhook-clients')).toMatchObject({
      spec: {
        template: {
          spec: { containers: [container], volumes: expect.arrayContaining([{ name: 'client-ca', secret }]) },
        },
      },
    });
  });
});

describe('the service account of the chart', () => {
  let cluster: ControlPlane;
  beforeAll(async () => {
    cluster = await startControlPlane();
    await defineTemplates(cluster);
    await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: release } });
    const rights = /^(ServiceAccount|(Cluster)?Role(Binding)?)$/;
    await applied(cluster, ...(await renderedChart()).filter(({ kind }) => rights.test(kind)));
  }, 900_000);
  afterAll(() => cluster?.stop());

  const may = async (...words: string[]) => {
    const account = `system:serviceaccount:${release}:${release}`;
    const { stdout } = await cluster.kubectl(['auth', 'can-i', ...words, '--as', account]);
    return stdout.trim();
  };

  it.each([
    ['get', 'namespaces'],
    ['list', 'namespaces'],
    ['watch', 'sidecartemplates.sidecar.io', '-A'],
    ['list', 'sidecartemplates.sidecar.io', '-n', 'default'],
    ['list', 'clustersidecartemplates.sidecar.io'],
    ['patch', 'clustersidecartemplates.sidecar.io', '--subresource=status'],
    ['patch', 'sidecartemplates.sidecar.io', '--subresource=status', '-A'],
    ['create', 'events.events.k8s.io', '-A'],
    ['patch', 'events.events.k8s.io', '-A'],
    ['get', 'replicasets.apps', '-A'],
    ['get', 'jobs.batch', '-A'],
    ['create', 'leases.coordination.k8s.io', '-n', release],
    ['update', `leases.coordination.k8s.io/${release}`, '-n', release],
  ])('may %s %s %s %s', async (...words) => expect(await may(...words.filter(Boolean))).toBe('yes'));

  it.each([
    ['get', 'secrets', '-n', release],
    ['list', 'pods', '-A'],
    ['create', 'pods', '-n', release],
    ['list', 'replicasets.apps', '-A'],
    ['list', 'jobs.batch', '-A'],
    ['get', 'deployments.apps', '-A'],
    ['get', 'events', '-A'],
    ['delete', 'events.events.k8s.io', '-A'],
    ['update', 'namespaces'],
    ['update', 'clustersidecartemplates.sidecar.io'],
    ['create', 'sidecartemplates.sidecar.io', '-A'],
    ['update', 'mutatingwebhookconfigurations.admissionregistration.k8s.io'],
    ['update', 'leases.coordination.k8s.io/kube-scheduler', '-n', 'kube-system'],
    ['update', 'leases.coordination.k8s.io/another', '-n', release],
    ['create', 'serviceaccounts', '--subresource=token', '-n', release],
  ])('may not %s %s %s %s', async (...words) => expect(await may(...words.filter(Boolean))).toBe('no'));
});
