import { isObject, type Json, type JsonObject, objectsOf } from '../core/json.ts';

/** The volumes that the controller of a StatefulSet makes of its claim templates, before the webhook sees a pod. */
export function claimVolumes(kind: string, { spec }: JsonObject): readonly JsonObject[] {
  const { volumeClaimTemplates } = isObject(spec) ? spec : {};
  return (kind === 'StatefulSet' ? objectsOf(volumeClaimTemplates) : []).flatMap(({ metadata }) =>
    isObject(metadata) && typeof metadata.name === 'string'
      ? { name: metadata.name, persistentVolumeClaim: { claimName: metadata.name } }
      : [],
  );
}

/** The pod template with these volumes, each instead of one with its name, else at the end. */
export function withClaims(pod: Json | undefined, claims: readonly JsonObject[]): Json | undefined {
  if (claims.length === 0 || !isObject(pod) || !isObject(pod.spec)) return pod;
  const { volumes } = pod.spec;
  if (volumes != null && !Array.isArray(volumes)) return pod;
  const present: readonly Json[] = volumes ?? [];
  const nameOf = (volume: Json) => (isObject(volume) ? volume.name : undefined);
  const byName = new Map(claims.toReversed().map((claim) => [claim.name, claim]));
  const names = new Set(present.map(nameOf));
  const replaced = present.map((volume) => byName.get(nameOf(volume)) ?? volume);
  const added = claims.filter(({ name }) => !names.has(name));
  return { ...pod, spec: { ...pod.spec, volumes: [...replaced, ...added] } };
}
