import { fieldAt } from '../../core/fields.ts';
import { type JsonObject, objectsOf } from '../../core/json.ts';
import { list } from '../../flags/kinds.ts';
import type { NativeSetting } from '../../state/native-sidecars.ts';
import type { Cluster } from './open-cluster.ts';
import { pathTo, textsOf } from './paths.ts';

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
  const container = deployment && containerOf(deployment);
  if (!container) return undefined;
  const args = argumentsOf(container);
  const image = objectsOf(container.env).find((variable) => variable.name === 'SIDECAR_IMAGE')?.value;
  return {
    native: nativeIn(args),
    users: argumentIn(args, 'users') ?? 'template',
    image: typeof image === 'string' ? image : undefined,
    version: textsOf(deployment, 'labels')['app.kubernetes.io/version'],
    workloads: list.read(argumentIn(args, 'workloads') ?? '') ?? [],
  };
}

/** The first container of the pods of a Deployment. */
export function containerOf(deployment: JsonObject): JsonObject | undefined {
  return objectsOf(fieldAt(deployment, 'spec.template.spec.containers'))[0];
}

/** The arguments of a container; none where it has no list of them. */
export function argumentsOf(container: JsonObject | undefined): readonly string[] {
  return Array.isArray(container?.args) ? container.args.map(String) : [];
}

/** The value of `--flag=value` among arguments. */
export function argumentIn(args: readonly string[], flag: string): string | undefined {
  return args.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3);
}

/** What arguments of the injector say about native sidecars. */
export function nativeIn(args: readonly string[]): NativeSetting {
  const native = argumentIn(args, 'native');
  return native === 'true' || native === 'false' ? native : 'auto';
}
