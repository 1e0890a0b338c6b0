// The injector outside of the cluster, called by URL: one server as it is by default, one with native sidecars switched
// off.
import { mkdirSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { startDaemon, untilReady } from '../../cluster/daemon.ts';
import { freePort } from '../../ports.ts';
import { project, type Target } from '../target.ts';
import { caseNames, type Form, forms, namespaceOf } from './cases.ts';
import { createNamespace } from './place.ts';
import { untilAsked } from './until-asked.ts';

const namespacesOf = (form: Form) => [
  `e2e-probe-${form}`,
  ...caseNames.map((name) => namespaceOf(name, form, 'outside')),
];

/** The namespaces about which these servers are asked, and the injector in the cluster is not. */
export const outsideNamespaces = forms.flatMap(namespacesOf);

/** Starts both and returns when the API server asks them. They end with this process. */
export async function startOutsideWebhooks(target: Target, host: string): Promise<void> {
  const webhooks = await Promise.all(
    forms.map(async (form) => {
      const { url, caPem } = await startServer(target, host, form);
      return entry(form, url, caPem);
    }),
  );
  await target.apply('default', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'sidecar-injector-outside' },
    webhooks,
  });
  await Promise.all(
    forms.map(async (form) => {
      await createNamespace(target, `e2e-probe-${form}`);
      await untilAsked(target, `e2e-probe-${form}`);
    }),
  );
}

async function startServer(target: Target, host: string, form: Form): Promise<{ url: string; caPem: string }> {
  const directory = join(target.folder, `webhook-${form}`);
  mkdirSync(directory, { recursive: true });
  const port = await freePort(host);
  const flags = {
    host,
    port,
    'certs-folder': directory,
    'certs-names': host,
    image: target.image,
    native: form === 'native',
  };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const daemon = startDaemon({
    name: 'serve',
    command: process.execPath,
    args: [join(project, 'src/main/serve.ts'), ...args],
    directory,
    lifetime: 'parent',
  });
  const caPem = () => readFileSync(join(directory, 'ca.crt'), 'utf8');
  await untilReady(daemon, async () => answers(`https://${host}:${port}/readyz`, caPem()));
  return { url: `https://${host}:${port}/mutate`, caPem: caPem() };
}

function answers(url: string, ca: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', reject);
  });
}

/** All pods of the form's namespaces, also those that ask for nothing. */
const entry = (form: Form, url: string, caPem: string) => ({
  name: `${form}.outside.example.com`,
  clientConfig: { url, caBundle: Buffer.from(caPem).toString('base64') },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
  namespaceSelector: {
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespacesOf(form) }],
  },
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  timeoutSeconds: 30,
  failurePolicy: 'Fail',
  reinvocationPolicy: 'IfNeeded',
});
