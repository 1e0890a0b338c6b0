// The injector outside of the cluster, called by URL: one server as it is by default, one with native sidecars switched
// off.
import { mkdirSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { type Daemon, startDaemon, untilReady } from '../../cluster/daemon.ts';
import { atProcessEnd } from '../../cluster/scratch-folder.ts';
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

export interface OutsideWebhooks {
  /** Starts both and returns when the API server asks them. */
  start(): Promise<void>;
  /** Ends what was started. A server that runs makes its certificates again when their folder is removed. */
  stop(): Promise<void>;
}

/** Both end before what else ends with this process. */
export function createOutsideWebhooks(target: Target, host: string): OutsideWebhooks {
  const servers: Daemon[] = [];
  const forget = atProcessEnd(() => {
    for (const server of servers) server.kill();
  });
  return {
    async start() {
      const webhooks = await Promise.all(
        forms.map(async (form) => {
          const port = await freePort(host);
          const folder = join(target.folder, `webhook-${form}`);
          const server = startServer(folder, { host, port, image: target.image, native: form === 'native' });
          servers.push(server);
          const caPem = () => readFileSync(join(folder, 'ca.crt'), 'utf8');
          await untilReady(server, async () => answers(`https://${host}:${port}/readyz`, caPem()));
          return entry(form, `https://${host}:${port}/mutate`, caPem());
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
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      forget();
    },
  };
}

function startServer(folder: string, settings: { readonly host: string } & Record<string, unknown>): Daemon {
  mkdirSync(folder, { recursive: true });
  const flags = { ...settings, 'certs-folder': folder, 'certs-names': settings.host };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  return startDaemon({
    name: 'serve',
    command: process.execPath,
    args: [join(project, 'src/main/serve.ts'), ...args],
    directory: folder,
    lifetime: 'parent',
  });
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
