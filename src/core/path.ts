/** The steps of a problem's path: `spec.containers[0].ports` or `metadata.annotations['a.b/c']`. */
export function stepsOfPath(path: string): string[] {
  return [...path.matchAll(/\['([^']*)'\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, key, index, word]) => key ?? index ?? word ?? '',
  );
}

/** Steps as a path: the inverse of `stepsOfPath`. */
export function pathOfSteps(steps: readonly string[]): string {
  return steps
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}
