import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';

const chart = join(import.meta.dirname, '../../charts/sidecar-injector');
/** Of the release that is rendered, and of its namespace. */
const name = 'sidecar-injector';

interface Manifest {
  readonly kind: string;
}

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
};

/**
 * What `helm install sidecar-injector` installs, and its namespace, as one file for `kubectl apply`: first the kinds
 * that other objects need. `helm` is the path of the program, `values` are set as by `--set`.
 */
export async function installManifests(helm: string, values: readonly string[] = []): Promise<string> {
  const set = values.flatMap((value) => ['--set', value]);
  const args = ['template', name, chart, '--namespace', name, '--skip-tests', '--no-hooks', ...set];
  const { stdout } = await promisify(execFile)(helm, args, { maxBuffer: 2 ** 24 });
  const rendered = parseAllDocuments(stdout).map((document) => document.toJS() as object | null);
  const objects = rendered.filter((object) => object !== null).map(withoutHelm);
  const first = ({ kind }: Manifest) => kind === 'CustomResourceDefinition';
  const all = [namespace, ...objects.filter(first), ...objects.filter((object) => !first(object))];
  return all.map((object) => stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 })).join('---\n');
}

/** What makes Helm, or people, think that Helm manages an object. */
const ofHelm = new Set(['helm.sh/chart', 'helm.sh/resource-policy', 'app.kubernetes.io/managed-by']);

function withoutHelm(object: object): Manifest {
  return JSON.parse(JSON.stringify(object, (key, value) => (ofHelm.has(key) ? undefined : value)));
}
