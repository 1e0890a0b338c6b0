/** Pods, and the workload that makes them. */
export interface Recreated {
  readonly namespace: string;
  /** `pod/web`, where nothing restarts it. */
  readonly title: string;
  readonly live?: { readonly owner: { readonly title: string; readonly kind: string } | undefined };
}

/** Kinds that replace their pods by `kubectl rollout restart`. */
const restarted = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** How the pod is made anew: its sidecars are decided when it is created. A sentence. */
export function recreation({ live, namespace, title }: Recreated): string {
  const owner = live?.owner;
  if (owner && restarted.includes(owner.kind)) return `Run kubectl rollout restart ${owner.title} -n ${namespace}.`;
  if (owner?.kind === 'Job') return `Delete ${owner.title} and create it again.`;
  if (owner?.kind === 'CronJob') return 'Its next Job is right.';
  if (owner) return `Delete ${title}: ${owner.title} makes a new one.`;
  return `Delete ${title} and create it again.`;
}
