import { isObject, type Json, type JsonObject, objectsOf } from '../../src/core/json.ts';
import { quantityOf } from '../../src/core/units.ts';

/**
 * What the API server would refuse in a pod, as far as an injection can cause it: names, references between the parts,
 * paths, ports, resources and the size of annotations. Source: Kubernetes, pkg/apis/core/validation.
 */
export function invalidIn(pod: Json): Set<string> {
  const { metadata, spec } = pod as { readonly metadata?: JsonObject; readonly spec: JsonObject };
  const found = new Set<string>();
  const all = [...objectsOf(spec.containers), ...objectsOf(spec.initContainers)];
  const volumes = objectsOf(spec.volumes).map(({ name }) => String(name));
  for (const name of repeated(all.map((container) => String(container.name)))) found.add(`container ${name} twice`);
  for (const name of repeated(volumes)) found.add(`volume ${name} twice`);
  for (const name of [...all.map((container) => String(container.name)), ...volumes])
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) found.add(`name ${name}`);
  for (const container of all) for (const text of invalidInContainer(container, volumes)) found.add(text);
  for (const container of objectsOf(spec.containers))
    if (container.restartPolicy !== undefined) found.add(`restartPolicy of ${container.name}`);
  const annotations = isObject(metadata?.annotations) ? metadata.annotations : {};
  const bytes = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key + String(value)),
    0,
  );
  if (bytes > 256 * 1024) found.add('annotations too large');
  for (const key in annotations)
    if (typeof annotations[key] !== 'string') found.add(`annotation ${key} is not a string`);
  return found;
}

function* invalidInContainer(container: JsonObject, volumes: readonly string[]): Generator<string> {
  const { name, image, resources } = container;
  const mounts = objectsOf(container.volumeMounts);
  if (typeof image !== 'string' || image === '') yield `${name}: image`;
  for (const mount of mounts) if (!volumes.includes(String(mount.name))) yield `${name}: mounts ${mount.name}`;
  for (const path of repeated(mounts.map(({ mountPath }) => String(mountPath))))
    yield `${name}: mounts at ${path} twice`;
  for (const { mountPath, subPath } of mounts) {
    if (typeof mountPath !== 'string' || mountPath === '') yield `${name}: a mount without a path`;
    if (typeof subPath === 'string' && (subPath.startsWith('/') || subPath.split('/').includes('..')))
      yield `${name}: subPath ${subPath}`;
  }
  for (const { name: variable, value } of objectsOf(container.env)) {
    if (typeof variable !== 'string' || variable === '' || variable.includes('='))
      yield `${name}: variable ${variable}`;
    if (value !== undefined && value !== null && typeof value !== 'string') yield `${name}: value of ${variable}`;
  }
  for (const { containerPort, name: port } of objectsOf(container.ports)) {
    if (!Number.isInteger(containerPort) || Number(containerPort) < 1 || Number(containerPort) > 65_535)
      yield `${name}: port ${containerPort}`;
    if (port !== undefined && !/^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(String(port)))
      yield `${name}: port name ${port}`;
  }
  const { requests, limits } = isObject(resources) ? resources : {};
  for (const key in isObject(limits) ? limits : {}) {
    const [request, limit] = [requests, limits].map((list) =>
      quantityOf(String(isObject(list) ? (list[key] ?? '0') : 0)),
    );
    if (limit === undefined || request === undefined || request > limit) yield `${name}: ${key}`;
  }
  for (const kind of ['command', 'args']) {
    const words = container[kind] ?? [];
    if (!Array.isArray(words) || words.some((word) => typeof word !== 'string')) yield `${name}: ${kind}`;
  }
}

function repeated(list: readonly string[]): string[] {
  return list.filter((each, i) => list.indexOf(each) < i);
}
