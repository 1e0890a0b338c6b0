const metric = 'apiserver_admission_webhook_admission_duration_seconds';

/**
 * How long an API server has waited for the entries of the injector for pods, since its start; undefined where it never
 * did.
 */
export function webhookSeconds(text: string): { readonly sum: number; readonly count: number } | undefined {
  const total = (part: string) =>
    [...text.matchAll(new RegExp(`^${metric}_${part}\\{([^}]*)\\} (\\S+)`, 'gm'))]
      .filter(([, labels = '']) => /name="[^"]*\.sidecar\.io"/.test(labels) && /type="admit"/.test(labels))
      .reduce((sum, [, , value]) => sum + Number(value), 0);
  const count = total('count');
  return count > 0 ? { sum: total('sum'), count } : undefined;
}
