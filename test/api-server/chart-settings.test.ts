// What settings of the chart add, as Helm renders it.
import { describe, expect, it } from 'vitest';
import { renderedChart } from './chart.ts';

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
