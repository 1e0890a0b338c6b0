import { type Api, failureOf } from './api.ts';

/** A kind of a group, by the plural that rules of webhooks name. */
export interface KindName {
  readonly group: string;
  readonly kind: string;
  readonly resource: string;
}

/**
 * What the API server says about a kind: the OpenAPI document (v3) of its first version that has it, or why there is
 * none.
 */
export type KindSchema = { readonly version: string; readonly document: unknown } | { readonly problem: string };

/** Asks the API server about a kind. Every authenticated client may. Rejects when the API server does not answer. */
export async function kindSchema(api: Api, { group, kind, resource }: KindName): Promise<KindSchema> {
  const versions = ((await read(api, `/apis/${group}`)) as GroupAnswer | undefined)?.versions;
  if (!versions) return { problem: `The cluster has no API group ${group}.` };
  for (const { version } of versions) {
    const { resources = [] } = ((await read(api, `/apis/${group}/${version}`)) ?? {}) as VersionAnswer;
    const found = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    if (!found) continue;
    if (found.name !== resource)
      return { problem: `The plural of ${kind} in ${group} is ${found.name}, not ${resource}: declare that one.` };
    return { version, document: await read(api, `/openapi/v3/apis/${group}/${version}`) };
  }
  return { problem: `The API group ${group} of the cluster has no kind ${kind}.` };
}

interface GroupAnswer {
  readonly versions: readonly { readonly version: string }[];
}
interface VersionAnswer {
  readonly resources?: readonly { readonly name: string; readonly kind: string }[];
}

async function read(api: Api, path: string): Promise<unknown> {
  const answer = await api({ path });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw new Error(`${path}: ${failureOf(answer)}`);
  return answer.body;
}
