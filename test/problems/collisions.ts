import { expect } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { type MistakeCase, podWith } from './problem-cases.ts';

const repo = { 'sidecar.io/git-repo': 'https://git.example.com/site.git' };
const topz = { 'sidecar.io/topz': 'true' };
const at = (key: string) => `metadata.annotations['sidecar.io/${key}']`;
const web: Json = { name: 'web', image: 'nginx' };
const greedy: Json = { name: 'web', image: 'nginx', resources: { requests: { memory: '80Mi' } } };
const rename =
  'Rename your container, use another instance of the sidecar, such as sidecar.io/topz.app, or remove it with sidecar uninject if it comes from an earlier injection.';

const windowsAffinity = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['windows'] }] },
        { matchExpressions: [{ key: 'beta.kubernetes.io/os', operator: 'In', values: ['windows'] }] },
      ],
    },
  },
};

/** What the pod has already, where the sidecar wants to be. */
export const collisions: readonly MistakeCase[] = [
  {
    name: 'port taken',
    pod: podWith({ ...topz, 'sidecar.io/topz-port': '8080' }),
    problems: [
      {
        code: 'port-taken',
        path: at('topz-port'),
        message: 'Port 8080 is used by container web.',
        fix: 'Set sidecar.io/topz-port to a free port, for example "20000".',
      },
    ],
  },
  {
    name: 'default port taken, only the probe tells',
    pod: podWith(topz, {
      containers: [{ name: 'web', image: 'nginx', readinessProbe: { tcpSocket: { port: 21080 } } }],
    }),
    problems: [
      {
        code: 'port-taken',
        path: at('topz'),
        message: 'Port 21080 is used by container web.',
        fix: 'Set sidecar.io/topz-port to a free port, for example "21081".',
      },
    ],
  },
  {
    name: 'two instances on one port',
    pod: podWith({ ...topz, 'sidecar.io/topz.second': 'true' }),
    problems: [
      {
        code: 'port-taken',
        path: at('topz.second'),
        message: 'Port 21080 is used by the sidecar topz.',
        fix: 'Set sidecar.io/topz-port.second to a free port, for example "21081".',
      },
    ],
  },
  {
    name: 'three instances on one port, and the next port taken by a fourth',
    pod: podWith({
      ...topz,
      'sidecar.io/topz.b': 'true',
      'sidecar.io/topz.c': 'true',
      'sidecar.io/topz.d': 'true',
      'sidecar.io/topz-port.d': '21081',
    }),
    problems: [
      {
        code: 'port-taken',
        path: at('topz.b'),
        message: 'Port 21080 is used by the sidecar topz.',
        fix: 'Set sidecar.io/topz-port.b to a free port, for example "21082".',
      },
      {
        code: 'port-taken',
        path: at('topz.c'),
        message: 'Port 21080 is used by the sidecar topz.',
        fix: 'Set sidecar.io/topz-port.c to a free port, for example "21083".',
      },
    ],
  },
  {
    name: 'more memory than the pod has',
    pod: podWith(
      { ...topz, 'sidecar.io/topz-memory': '64Mi', 'sidecar.io/topz-memory-limit': '2Gi' },
      { resources: { requests: { memory: '100Mi' }, limits: { memory: '1Gi' } }, containers: [greedy] },
    ),
    problems: [
      {
        code: 'pod-resources-exceeded',
        path: at('topz-memory-limit'),
        message: 'The memory limit of the sidecar topz is 2Gi, above the limit of the pod, 1Gi.',
        fix: 'Lower sidecar.io/topz-memory-limit to "1Gi", or raise spec.resources.limits.memory of the pod.',
      },
      {
        code: 'pod-resources-exceeded',
        path: at('topz-memory'),
        message:
          'The sidecar topz requests 64Mi of memory, but the pod has 100Mi for all of its containers, and the others leave less.',
        fix: 'Lower sidecar.io/topz-memory, or raise spec.resources.requests.memory of the pod.',
      },
    ],
  },
  {
    name: 'more memory than the containers of a pod that only has limits',
    pod: podWith(
      { ...topz, 'sidecar.io/topz-memory': '64Mi' },
      { resources: { limits: { memory: '128Mi' } }, containers: [greedy] },
    ),
    problems: [
      {
        code: 'pod-resources-exceeded',
        path: at('topz-memory'),
        message:
          'The sidecar topz requests 64Mi of memory, but the pod has 80Mi for all of its containers, and the others leave less.',
        fix: 'Lower sidecar.io/topz-memory, or set spec.resources.requests.memory of the pod: without it, the pod has what its containers request.',
      },
    ],
  },
  {
    name: 'more memory than a pod that only has limits',
    pod: podWith(
      { ...topz, 'sidecar.io/topz-memory': '64Mi' },
      { resources: { limits: { memory: '50Mi' } }, containers: [web] },
    ),
    problems: [
      {
        code: 'pod-resources-exceeded',
        path: at('topz-memory'),
        message:
          'The sidecar topz requests 64Mi of memory, but the pod has 50Mi for all of its containers, and the others leave less.',
        fix: 'Lower sidecar.io/topz-memory, or raise spec.resources.limits.memory of the pod.',
      },
    ],
  },
  {
    name: 'files in a volume of a kind that the sidecar cannot use',
    pod: podWith(
      { 'sidecar.io/logs-files': '/var/log/app/*.log' },
      {
        containers: [{ name: 'web', image: 'nginx', volumeMounts: [{ name: 'own', mountPath: '/var/log/app' }] }],
        volumes: [{ name: 'own', hostPath: { path: '/var/log' } }],
      },
    ),
    problems: [
      {
        code: 'mount-path-taken',
        path: at('logs-files'),
        message: 'In container web, /var/log/app is already the mount of volume own (volumeMounts[0]).',
        fix: 'Set sidecar.io/logs-folder to another path, or remove that mount. The sidecar logs can use only a volume of the kind emptyDir or ephemeral there, mounted without subPath.',
      },
    ],
  },
  {
    name: 'mount path taken',
    pod: podWith(
      { ...repo, 'sidecar.io/git-path': '/var/www/html' },
      {
        containers: [{ name: 'web', image: 'nginx', volumeMounts: [{ name: 'content', mountPath: '/var/www/html/' }] }],
        volumes: [{ name: 'content', emptyDir: {} }],
      },
    ),
    problems: [
      {
        code: 'mount-path-taken',
        path: at('git-path'),
        message: 'In container web, /var/www/html is already the mount of volume content (volumeMounts[0]).',
        fix: 'Set sidecar.io/git-path to another path, or remove that mount.',
      },
    ],
  },
  {
    name: 'two repositories at one path',
    pod: podWith({
      ...repo,
      'sidecar.io/git-path': '/site',
      'sidecar.io/git-repo.docs': 'https://git.example.com/docs.git',
      'sidecar.io/git-path.docs': '/site',
    }),
    problems: [
      {
        code: 'mount-path-taken',
        path: at('git-path.docs'),
        message: 'In container web, /site is already the mount of volume sidecar-git.',
        fix: 'Set sidecar.io/git-path.docs to another path, or remove that mount.',
      },
    ],
  },
  {
    name: 'a repository below a ConfigMap',
    pod: podWith(
      { ...repo, 'sidecar.io/git-path': '/etc/app/site' },
      {
        containers: [{ ...web, volumeMounts: [{ name: 'settings', mountPath: '/etc/app' }] }],
        volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
      },
    ),
    problems: [
      {
        code: 'mount-path-taken',
        path: at('git-path'),
        message:
          'In container web, /etc/app/site cannot be created below /etc/app, the read-only mount of volume settings.',
        fix: 'Set sidecar.io/git-path to another path, or remove that mount.',
      },
    ],
  },
  {
    name: 'a repository below one of the symlink style',
    pod: podWith({
      ...repo,
      'sidecar.io/git-style': 'symlink',
      'sidecar.io/git-repo.docs': 'https://git.example.com/docs.git',
      'sidecar.io/git-path.docs': '/git/docs',
    }),
    problems: [
      {
        code: 'mount-path-taken',
        path: at('git-path.docs'),
        message: 'In container web, /git/docs cannot be created below /git, the read-only mount of volume sidecar-git.',
        fix: 'Set sidecar.io/git-path.docs to another path, or remove that mount.',
      },
    ],
  },
  {
    name: 'a volume of the app below a repository of the symlink style',
    pod: podWith(
      { ...repo, 'sidecar.io/git-style': 'symlink', 'sidecar.io/git-path': '/srv' },
      {
        containers: [{ ...web, volumeMounts: [{ name: 'data', mountPath: '/srv/data' }] }],
        volumes: [{ name: 'data' }],
      },
    ),
    problems: [
      {
        code: 'mount-path-taken',
        path: at('git-path'),
        message:
          'In container web, /srv/data, the mount of volume data, cannot be created below /srv, which is read-only.',
        fix: 'Set sidecar.io/git-path to another path, or remove that mount.',
      },
    ],
  },
  {
    name: 'volume name taken',
    pod: podWith(repo, { volumes: [{ name: 'sidecar-git', hostPath: { path: '/' } }] }),
    problems: [
      {
        code: 'volume-name-taken',
        path: 'spec.volumes[0].name',
        message: 'The sidecar git needs the name sidecar-git for its volume, but another volume has it.',
        fix: rename.replace('container', 'volume').replace('topz.app', 'git-repo.app'),
      },
    ],
  },
  {
    name: 'container name taken',
    pod: podWith(topz, { containers: [web, { name: 'sidecar-topz', image: 'mine' }] }),
    problems: [
      {
        code: 'container-name-taken',
        path: 'spec.containers[1].name',
        message: 'The sidecar topz needs the name sidecar-topz for its container, but another container has it.',
        fix: rename,
      },
    ],
  },
  {
    name: 'process namespace of the host',
    pod: podWith(topz, { hostPID: true }),
    problems: [
      {
        code: 'host-pid',
        path: 'spec.hostPID',
        message: `The sidecar topz (turned on by ${at('topz')}) shares the process namespace of the pod, but hostPID makes the pod use the process namespace of the node. Kubernetes allows only one of the two.`,
        fix: 'Remove hostPID from the pod, or turn the sidecar off.',
      },
    ],
  },
  {
    name: 'process namespace refused',
    pod: podWith(topz, { shareProcessNamespace: false }),
    problems: [
      {
        code: 'pod-field-conflict',
        path: 'spec.shareProcessNamespace',
        message: `The sidecar topz (turned on by ${at('topz')}) needs shareProcessNamespace: true, but the pod has shareProcessNamespace: false.`,
        fix: 'Remove shareProcessNamespace from the pod, or turn the sidecar off.',
      },
    ],
  },
  {
    name: 'Windows',
    pod: podWith(repo, { os: { name: 'windows' } }),
    problems: [
      {
        code: 'windows-pod',
        path: 'spec.os.name',
        message: `The sidecar git (turned on by ${at('git-repo')}) runs on Linux, but this pod runs on Windows.`,
        fix: 'Remove the annotation, or run the pod on Linux.',
      },
    ],
  },
  ...(
    [
      [
        'an old label',
        { nodeSelector: { 'beta.kubernetes.io/os': 'windows' } },
        "spec.nodeSelector['beta.kubernetes.io/os']",
      ],
      ['a label', { nodeSelector: { 'kubernetes.io/os': 'windows' } }, "spec.nodeSelector['kubernetes.io/os']"],
      [
        'its user',
        { securityContext: { windowsOptions: { runAsUserName: 'web' } } },
        'spec.securityContext.windowsOptions',
      ],
      ['its affinity', { affinity: windowsAffinity }, 'spec.affinity.nodeAffinity'],
    ] as const
  ).map(([way, fields, path]) => ({
    name: `Windows by ${way}`,
    pod: podWith(repo, fields),
    problems: [
      {
        code: 'windows-pod' as const,
        path,
        message: `The sidecar git (turned on by ${at('git-repo')}) runs on Linux, but this pod runs on Windows.`,
        fix: 'Remove the annotation, or run the pod on Linux.',
      },
    ],
  })),
  {
    name: 'a port on the network of the node',
    pod: podWith(topz, { hostNetwork: true }),
    problems: [
      {
        code: 'host-network',
        path: 'spec.hostNetwork',
        message: `The sidecar topz (turned on by ${at('topz')}) listens on a port. With hostNetwork, that is a port of the node, open to its whole network.`,
        fix: 'Remove hostNetwork from the pod, or turn the sidecar off.',
      },
    ],
  },
  {
    name: 'the port of a native sidecar of the app',
    pod: podWith(topz, {
      initContainers: [{ name: 'proxy', image: 'p', restartPolicy: 'Always', ports: [{ containerPort: 21080 }] }],
    }),
    problems: [
      {
        code: 'port-taken',
        path: at('topz'),
        message: 'Port 21080 is used by container proxy.',
        fix: 'Set sidecar.io/topz-port to a free port, for example "21081".',
      },
    ],
  },
  {
    name: 'annotations too large',
    pod: podWith({ ...repo, notes: 'x'.repeat(262_000) }),
    problems: [
      {
        code: 'annotation-too-large',
        path: "metadata.annotations['notes']",
        message: expect.stringMatching(
          /^With those of the sidecars, the annotations have 26\d{4} bytes; Kubernetes allows 262144\.$/,
        ) as string,
        fix: 'Shorten the largest annotation.',
      },
    ],
  },
  {
    name: 'annotations whose quotes were forgotten, and an object where a pod has a list',
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', annotations: { 'sidecar.io/topz': true, 'sidecar.io/topz-port': 21000 } },
      spec: { containers: { web: {} } },
    },
    problems: [
      {
        code: 'malformed-pod',
        path: at('topz'),
        message: 'The value is a boolean, but the value of an annotation must be a string.',
        fix: 'Put it in quotes: sidecar.io/topz: "true".',
      },
      {
        code: 'malformed-pod',
        path: at('topz-port'),
        message: 'The value is a number, but the value of an annotation must be a string.',
        fix: 'Put it in quotes: sidecar.io/topz-port: "21000".',
      },
      {
        code: 'malformed-pod',
        path: 'spec.containers',
        message: 'spec.containers has the wrong type.',
        fix: 'It must be a list of containers.',
      },
    ],
  },
  {
    name: 'a boolean for a name, as YAML reads n',
    pod: {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations: topz } },
      spec: { containers: [{ name: false, image: 'web' }] },
    },
    problems: [
      {
        code: 'malformed-pod',
        path: 'spec.containers[0].name',
        message: 'spec.containers[0].name has the wrong type.',
        fix: 'It must be a string. Put it in quotes.',
      },
    ],
  },
  {
    name: 'a list where a pod has an object',
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', annotations: topz },
      spec: { containers: { web: {} } },
    },
    problems: [
      {
        code: 'malformed-pod',
        path: 'spec.containers',
        message: 'spec.containers has the wrong type.',
        fix: 'It must be a list of containers.',
      },
    ],
  },
];
