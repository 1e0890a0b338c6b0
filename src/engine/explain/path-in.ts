import type { ExplainRequest } from './facts.ts';

/** A path of the pod as it is in the object of the title: `spec.template.metadata.annotations['sidecar.io/topz']`. */
export function pathIn({ at }: Pick<ExplainRequest, 'at'>, path: string): string {
  return at !== undefined && /^(metadata|spec)\b/.test(path) ? `${at}.${path}` : path;
}
