// Pods that the app's sidecar is to reach, and their Services.

/** A pod that runs this script on Node; `edition` is its name and its label. */
export const serverPod = (edition: string, script: string, env: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: edition, labels: { app: 'server', edition } },
  spec: {
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'server',
        image: 'docker.io/library/node:24-slim',
        command: ['node', '-e', script],
        env: Object.entries(env).map(([name, value]) => ({ name, value })),
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});

/** Stands for a database: at 6379, answers whatever it is told with its own name. */
export const database = (edition: string) =>
  serverPod(
    edition,
    `require('net').createServer((s) => s.on('data', () => s.end('${edition}')).on('error', () => {})).listen(6379)`,
  );

/** A Service of this name for the pods that `spec` selects. */
export const service = (name: string, port: number, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { ports: [{ port }], ...spec },
});
