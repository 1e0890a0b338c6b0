// A plain app for tests that no example is about: busybox, as Pod Security "restricted" wants it.

const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const user = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };

/** The spec of a pod whose container `app` runs this shell script. */
export const appSpec = (script: string) => ({
  securityContext: user,
  terminationGracePeriodSeconds: 1,
  containers: [
    { name: 'app', image: 'docker.io/library/busybox:1.37', command: ['sh', '-c', script], securityContext },
  ],
});

/** A pod of its own, with these annotations. */
export const appPod = (name: string, annotations: Readonly<Record<string, string>>, script: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, annotations },
  spec: appSpec(script),
});

/** Serves the folder at port 8080. */
export const serving = (folder: string) => `exec httpd -f -p 8080 -h ${folder}`;
