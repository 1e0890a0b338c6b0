// A git server over http in the cluster, and commits to its repositories. Commits are made with `git fast-import`
// beside the server, so that neither git nor a way into the cluster's network is needed on this machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project, type Target } from '../target.ts';
import { createNamespace } from './place.ts';

const namespace = 'sidecar-e2e-git';
/** Where `kubectl exec` finds a container with node, in a pod of which the suites ask nothing. */
export const elsewhere = ['-n', namespace, 'deployment/git', '-c', 'public'] as const;
const ports = { public: 8080, private: 8081 } as const;
/** Who may read the private repositories. */
export const reader = { username: 'reader', password: 'open sesame' };

type Side = keyof typeof ports;
export type Files = Readonly<Record<string, string>>;

export interface Repository {
  /** As pods reach it. */
  readonly url: string;
  /** Adds a commit with exactly these files to main. */
  commit(files: Files): Promise<void>;
  /** Puts a commit with these files, and without any parent, in the place of main. */
  forcePush(files: Files): Promise<void>;
}

/** Starts the server and returns when it answers. */
export async function startGitServer(target: Target): Promise<void> {
  await createNamespace(target, namespace);
  const program = readFileSync(join(project, 'test/cluster/programs/git-server.ts'), 'utf8');
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'program' },
    data: { 'git-server.ts': program },
  };
  await target.apply(namespace, configMap, deployment(target.gitServerImage), service);
  await target.kubectl(['rollout', 'status', '-n', namespace, 'deployment/git', '--timeout=180s']);
}

/** A new, empty repository. */
export async function createRepository(target: Target, name: string, side: Side = 'public'): Promise<Repository> {
  const folder = `/srv/git/${name}.git`;
  const git = (stdin: string, ...args: string[]) => {
    const inside = ['exec', '-i', '-n', namespace, 'deployment/git', '-c', side, '--', 'git'];
    return target.kubectl([...inside, ...args], stdin);
  };
  await git('', 'init', '-q', '--bare', '-b', 'main', folder);
  let commits = 0;
  const write = (files: Files, parent: string) =>
    git(fastImport(files, parent, ++commits), '-C', folder, 'fast-import', '--quiet', '--force');
  return {
    url: `http://git.${namespace}.svc:${ports[side]}/${name}.git`,
    async commit(files) {
      await write(files, commits > 0 ? 'from refs/heads/main^0\n' : '');
    },
    async forcePush(files) {
      await write(files, '');
    },
  };
}

function fastImport(files: Files, parent: string, time: number): string {
  const text = (words: string) => `data ${Buffer.byteLength(words)}\n${words}\n`;
  const all = Object.entries(files).map(([path, content]) => `M 100644 inline ${path}\n${text(content)}`);
  // Without a parent it is a new beginning: fast-import does not know the branch by itself.
  const head = `commit refs/heads/main\ncommitter test <test@example.com> ${time} +0000\n`;
  return `${head}${text(`commit ${time}`)}${parent}deleteall\n${all.join('')}done\n`;
}

const container = (image: string, side: Side) => ({
  name: side,
  image,
  command: ['node', '/srv/git-server.ts', '--root=/srv/git', `--port=${ports[side]}`],
  args: side === 'private' ? [`--credentials=${reader.username}:${reader.password}`] : [],
  env: [{ name: 'HOME', value: '/tmp' }],
  readinessProbe: { tcpSocket: { port: ports[side] }, periodSeconds: 1 },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  volumeMounts: [
    // As a file of its own: in the folder of a ConfigMap it would be a link.
    { name: 'program', mountPath: '/srv/git-server.ts', subPath: 'git-server.ts' },
    { name: 'repositories', mountPath: '/srv/git', subPath: side },
  ],
});

const labels = { app: 'git' };
const volumes = [
  { name: 'program', configMap: { name: 'program' } },
  { name: 'repositories', emptyDir: {} },
];
const user = { runAsNonRoot: true, runAsUser: 65534, fsGroup: 65534, seccompProfile: { type: 'RuntimeDefault' } };

const deployment = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'git' },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { securityContext: user, volumes, containers: [container(image, 'public'), container(image, 'private')] },
    },
  },
});

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'git' },
  spec: { selector: labels, ports: Object.entries(ports).map(([name, port]) => ({ name, port })) },
};
