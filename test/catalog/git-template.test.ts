import { describe, expect, it } from 'vitest';
import { gitContainers, gitProblems } from './git-sidecar.ts';
import { checkArguments } from './git-sync-arguments.ts';

const settings: readonly Record<string, string>[] = [
  { 'git-repo': 'https://h/r.git' },
  { 'git-repo': 'http://h/r', 'git-style': 'symlink', 'git-ref': 'v1.2', 'git-period': '1m30s', 'git-depth': '0' },
  { 'git-repo': 'https://h/r', 'git-subdir': 'docs/a b', 'git-submodules': 'off', 'git-secret': 's' },
  { 'git-repo': 'https://h/r', 'git-secret': 's', 'git-username': 'oauth2' },
  { 'git-repo': 'git@h:r.git', 'git-secret': 's', 'git-submodules': 'shallow' },
  { 'git-repo': 'ssh://git@h/r', 'git-secret': 's', 'git-known-hosts': 'false' },
  { 'git-repo': 'https://h/r', 'git-timeout': '1h30m', 'git-metrics-port': '21180', 'git-sparse': '/docs/,!/docs/x/' },
  { 'git-repo': 'https://h/r', 'git-secret': 's', 'git-github-app': '12', 'git-github-installation': '34' },
  {
    'git-repo': 'https://h/r',
    'git-secret': 's',
    'git-github-app': '12',
    'git-github-installation': '34',
    'git-github-api': 'https://github.example.com/api/v3/',
  },
  {
    'git-repo': 'https://h/r',
    'git-style': 'symlink',
    'git-call': 'http://localhost:8080/reload',
    'git-method': 'PUT',
  },
  {
    'git-repo': 'https://h/r',
    'git-call': 'http://localhost:8080/reload',
    'git-ca-secret': 'c',
    'git-proxy': 'http://p',
  },
];

describe("git-sync's command line", () => {
  it.each(settings)('has only flags and values that git-sync documents: %o', (annotations) => {
    for (const native of [true, false]) {
      const containers = gitContainers(annotations, native);
      expect(containers.map(({ name }) => name)).toEqual(
        native ? ['sidecar-git'] : ['sidecar-git-init', 'sidecar-git'],
      );
      for (const { args, env } of containers) {
        expect(
          checkArguments(
            [...args],
            env.map(({ name }) => name),
          ),
        ).toEqual([]);
        expect(args.includes('--one-time')).toBe(containers.length === 2 && args === containers[0]?.args);
      }
    }
  });

  it.each(['10s', '5m', '24h'])('is never cut by the startup probe: a fetch and a checkout of %s each', (timeout) => {
    const [container] = gitContainers({ 'git-repo': 'https://h/r', 'git-timeout': timeout }, true);
    const seconds = { '10s': 10, '5m': 300, '24h': 86_400 }[timeout] ?? 0;
    expect(container?.args).toContain(`--sync-timeout=${timeout}`);
    expect(container?.args).toContain(`--exechook-timeout=${timeout}`);
    const { periodSeconds, failureThreshold } = container?.startupProbe ?? { periodSeconds: 0, failureThreshold: 0 };
    expect(periodSeconds * failureThreshold).toBeGreaterThan(2 * seconds);
  });

  it('keeps credentials of a GitHub App and of a user apart', () => {
    const app = {
      'git-repo': 'https://h/r',
      'git-secret': 's',
      'git-github-app': '12',
      'git-github-installation': '34',
    };
    const [container] = gitContainers(app, true);
    expect(container?.args.filter((arg) => arg.startsWith('--password'))).toEqual([]);
    expect(container?.env.map(({ name }) => name)).not.toContain('GITSYNC_USERNAME');
  });

  const app = { 'git-github-app': '12', 'git-github-installation': '34' };
  it.each<[Record<string, string>, string]>([
    [{ 'git-style': 'symlink', 'git-links': 'inside' }, 'git-links: The symlink style has all symbolic links'],
    [{ 'git-github-app': '12', 'git-secret': 's' }, 'git-github-app: A GitHub App needs the Secret'],
    [app, 'git-github-app: A GitHub App needs the Secret'],
    [{ 'git-github-installation': '34' }, 'git-github-installation: An installation is set'],
    [{ 'git-github-api': 'https://h/api' }, 'git-github-api: An API is set'],
    [{ ...app, 'git-secret': 's', 'git-username': 'u' }, 'git-github-app: A GitHub App reads https'],
    [{ ...app, 'git-secret': 's', 'git-repo': 'http://h/r' }, 'git-github-app: A GitHub App reads https'],
    [{ 'git-ca-secret': 'c', 'git-repo': 'http://h/r' }, 'git-ca-secret: Only an https repository'],
    [{ 'git-proxy': 'http://p', 'git-repo': 'git@h:r', 'git-secret': 's' }, 'git-proxy: An HTTP proxy does not'],
    [{ 'git-call': 'http://10.0.0.1/' }, 'git-call: The sidecar calls only addresses of the pod itself'],
    [{ 'git-call': 'http://localhost.example.com/' }, 'git-call: The sidecar calls only addresses of the pod itself'],
    [{ 'git-timeout': '9s' }, 'git-timeout: '],
    [{ 'git-sparse': '/docs/,a#b' }, 'git-sparse: '],
    [{ 'git-metrics-port': '80' }, 'git-metrics-port: '],
  ])('refuses %o', (annotations, message) => {
    const problems = gitProblems({ 'git-repo': 'https://h/r', ...annotations });
    expect(problems).toEqual([expect.stringContaining(message)]);
  });

  it('takes a port that nothing else in the pod has, and names it', () => {
    const [container] = gitContainers({ 'git-repo': 'https://h/r', 'git-metrics-port': '21180' }, true);
    expect(container?.ports).toEqual([{ name: 'git-metrics', containerPort: 21_180, protocol: 'TCP' }]);
    const [without] = gitContainers({ 'git-repo': 'https://h/r' }, true);
    expect(without?.ports).toBeUndefined();
    const twice = { 'git-metrics-port': '21180', 'git-repo.docs': 'https://h/d', 'git-metrics-port.docs': '21180' };
    expect(gitProblems({ 'git-repo': 'https://h/r', ...twice }).join()).toContain('21180');
  });
});
