import type { Json, JsonObject } from '../core/json.ts';
import { isObject, objectsOf } from '../core/json.ts';
import type { Fragment } from './fragment.ts';
import { appProblems } from './tenant-app.ts';

/** Volumes that Pod Security `restricted` lets anyone use. Source: pod-security-standards, Restricted, Volume Types. */
const volumeTypes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/** Sources of a projected volume that hold nothing of the pod's identity. */
const projectedSources = new Set(['configMap', 'downwardAPI', 'secret']);

const restartOfOthers = 'a rule in restartPolicyRules with an action other than Restart';

/**
 * What a SidecarTemplate must not add to a pod: anything that Pod Security `restricted` forbids, the token of a service
 * account, volumes of others, and fields of the pod itself. Gives a message for each, none for an allowed fragment.
 */
export function tenantProblems(fragment: Fragment): string[] {
  const { containers, initContainers, volumes, mounts, env, pod } = fragment;
  const problems = Object.keys(pod).map((field) => `the pod field ${field} is not allowed`);
  problems.push(...appProblems(fragment));
  for (const volume of volumes) problems.push(...volumeProblems(volume));
  const own = new Set(volumes.map(({ name }) => name));
  const all = [...initContainers, ...containers];
  for (const container of all) problems.push(...containerProblems(container));
  const allMounts = [...mounts, ...all.flatMap(({ volumeMounts }) => objectsOf(volumeMounts))];
  if (allMounts.some(({ mountPropagation }) => mountPropagation != null && mountPropagation !== 'None'))
    problems.push('mountPropagation is not allowed');
  const variables = env.map(({ variable }) => variable);
  const used = allMounts.map(({ name }) => name);
  for (const name of [
    ...used,
    ...[variables, ...all.map((container) => objectsOf(container.env))].flatMap(volumesReadBy),
  ]) {
    if (!own.has(name)) problems.push(`the volume ${JSON.stringify(name)} is not declared by the template`);
  }
  return problems;
}

/** A variable can come from a file of a volume. Source: KEP-3721, `fileKeyRef`. */
function volumesReadBy(env: readonly JsonObject[]): readonly (Json | undefined)[] {
  return env.flatMap(({ valueFrom }) => {
    const file = isObject(valueFrom) ? valueFrom.fileKeyRef : undefined;
    return isObject(file) ? [file.volumeName] : [];
  });
}

function volumeProblems(volume: JsonObject): string[] {
  const problems = Object.keys(volume)
    .filter((key) => key !== 'name' && !volumeTypes.has(key))
    .map((type) => `a ${type} volume is not allowed`);
  const { projected } = volume;
  const sources = isObject(projected) ? objectsOf(projected.sources) : [];
  for (const source of sources.flatMap((each) => Object.keys(each)))
    if (source === 'serviceAccountToken') problems.push('the token of a service account is not allowed');
    else if (!projectedSources.has(source)) problems.push(`a projected ${source} is not allowed`);
  return problems;
}

function containerProblems(container: JsonObject): string[] {
  const context = isObject(container.securityContext) ? container.securityContext : {};
  const { capabilities, seccompProfile } = context;
  const added = isObject(capabilities) && Array.isArray(capabilities.add) ? capabilities.add : [];
  const profile = isObject(seccompProfile) ? seccompProfile.type : undefined;
  const forbidden: readonly (readonly [boolean, string])[] = [
    [context.privileged != null && context.privileged !== false, 'privileged'],
    [context.allowPrivilegeEscalation !== false, 'allowPrivilegeEscalation'],
    [context.runAsNonRoot !== true || context.runAsUser === 0, 'running as root'],
    [added.length > 0 || !dropsAll(capabilities), 'adding capabilities, or not dropping ALL,'],
    [profile !== 'RuntimeDefault' && profile !== 'Localhost', 'running without a seccomp profile'],
    [context.procMount !== undefined && context.procMount !== 'Default', 'procMount'],
    [context.seLinuxOptions !== undefined, 'seLinuxOptions'],
    [context.appArmorProfile !== undefined, 'appArmorProfile'],
    [context.windowsOptions !== undefined, 'windowsOptions'],
    [objectsOf(container.ports).some(({ hostPort, hostIP }) => hostPort != null || hostIP != null), 'hostPort'],
    [probesOf(container).some(namesHost), 'a probe or hook with a host'],
    [container.volumeDevices !== undefined, 'volumeDevices'],
    [isObject(container.resources) && container.resources.claims != null, 'resources.claims'],
    [objectsOf(container.restartPolicyRules).some(({ action }) => action !== 'Restart'), restartOfOthers],
  ];
  return forbidden.filter(([is]) => is).map(([, what]) => `${what} is not allowed`);
}

function dropsAll(capabilities: Json | undefined): boolean {
  return isObject(capabilities) && Array.isArray(capabilities.drop) && capabilities.drop.includes('ALL');
}

function probesOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: JsonObject): readonly JsonObject[] {
  const hooks = isObject(lifecycle) ? [lifecycle.postStart, lifecycle.preStop] : [];
  return objectsOf([
    livenessProbe ?? null,
    readinessProbe ?? null,
    startupProbe ?? null,
    ...hooks.map((hook) => hook ?? null),
  ]);
}

function namesHost({ httpGet, tcpSocket }: JsonObject): boolean {
  return [httpGet, tcpSocket].some((action) => isObject(action) && action.host !== undefined);
}
