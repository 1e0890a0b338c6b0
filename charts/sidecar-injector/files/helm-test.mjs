// `helm test`: asks the API server what it would store of a pod with an annotation, and looks for the sidecar in it.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, TEST_NAMESPACE: namespace } = process.env;
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
const container = {
  name: 'app',
  image: 'app',
  resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1', memory: '1Gi' } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'helm-test-', annotations: { 'sidecar.io/topz': 'true' } },
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
  },
};

/** What is wrong; undefined when the pod would get its sidecar. */
async function problem() {
  const headers = {
    authorization: `Bearer ${readFileSync(`${account}/token`, 'utf8')}`,
    'content-type': 'application/json',
  };
  const ca = readFileSync(`${account}/ca.crt`);
  const answer = await new Promise((resolve, reject) => {
    const call = request({ host, port, path, method: 'POST', headers, ca, timeout: 30_000 }, (response) => {
      response.toArray().then((parts) => resolve(JSON.parse(Buffer.concat(parts).toString())), reject);
    });
    call.on('timeout', () => call.destroy(new Error('the API server does not answer')));
    call.on('error', reject).end(JSON.stringify(pod));
  });
  if (answer.kind !== 'Pod') return `The API server refuses the pod: ${answer.message}`;
  const names = [...(answer.spec.initContainers ?? []), ...answer.spec.containers].map(({ name }) => name);
  if (names.includes('sidecar-topz')) return undefined;
  return [
    'The pod would be created without its sidecar: the API server does not reach the injector.',
    'Check the pods of the injector, and whether a firewall or a NetworkPolicy is between the API server and them.',
  ].join(' ');
}

// The API server notices new webhooks a moment after they are stored.
for (let attempt = 1; ; attempt++) {
  const why = await problem().catch((error) => `${error.message}`);
  if (why === undefined) {
    console.log(`A pod with the annotation sidecar.io/topz in the namespace ${namespace} would get its sidecar.`);
    break;
  }
  if (attempt === 15) {
    console.error(why);
    process.exit(1);
  }
  await pause(2000);
}
