import type { AuditTotals } from './audit-cluster.ts';

/** What everybody should know before they read what an audit found. `own` is the version of this command. */
export function remarks({ registration, templates }: AuditTotals, own: string): string[] {
  const notCompared = 'older sidecars are not looked for.';
  return [
    ...(registration === 'none'
      ? ['warning: The injector is not registered in this cluster: no new pod gets a sidecar. Install its chart first.']
      : []),
    ...(templates.kind === 'other'
      ? [
          `warning: The injector is ${templates.version} and this command ${own}: ${notCompared} Use the command of version ${templates.version}.`,
        ]
      : []),
    ...(templates.kind === 'unread'
      ? [
          `warning: You may not list the ${templates.what} of the cluster: only sidecars that pods ask for and lack are looked for.`,
        ]
      : []),
    ...(templates.kind === 'unknown' && registration !== 'none'
      ? [
          `warning: The Deployment of the injector cannot be read: ${notCompared} Name the image of the injector with --image.`,
        ]
      : []),
  ];
}
