import { isObject, objectsOf } from '../../core/json.ts';
import { list } from '../../flags/kinds.ts';
import type { NativeSetting } from '../../state/native-sidecars.ts';
import type { Cluster } from './open-cluster.ts';
import { pathTo } from './paths.ts';

/** How the injector of a cluster is set, as far as its Deployment shows it. */
export interface InjectorSettings {
  readonly native: NativeSetting;
  readonly users: string;
  readonly image: string | undefined;
  readonly version: string | undefined;
  /** The kinds that it declares, as its flag names them. */
  readonly workloads: readonly string[];
}

/** The settings of the injector behind a Service, `namespace/name`; undefined where its Deployment cannot be read. */
export function injectorIn(cluster: Cluster, service: string): InjectorSettings | undefined {
  const [namespace = '', name = ''] = service.split('/');
  const deployment = cluster.at(pathTo('apps/v1', 'deployments', namespace, name));
  const spec = isObject(deployment?.spec) ? deployment.spec : {};
  const template = isObject(spec.template) && isObject(spec.template.spec) ? spec.template.spec : {};
  const [container] = objectsOf(template.containers);
  if (!container) return undefined;
  const args = Array.isArray(container.args) ? container.args.map(String) : [];
  const flag = (flag: string) => args.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3);
  const image = objectsOf(container.env).find((variable) => variable.name === 'SIDECAR_IMAGE')?.value;
  const metadata = isObject(deployment?.metadata) ? deployment.metadata : {};
  const version = isObject(metadata.labels) ? metadata.labels['app.kubernetes.io/version'] : undefined;
  const native = flag('native');
  return {
    native: native === 'true' || native === 'false' ? native : 'auto',
    users: flag('users') ?? 'template',
    image: typeof image === 'string' ? image : undefined,
    version: typeof version === 'string' ? version : undefined,
    workloads: list.read(flag('workloads') ?? '') ?? [],
  };
}
