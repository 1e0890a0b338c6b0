// What publishes a release. Each step can be tried again: one that is done already is left out.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { downloads } from './checksums.ts';
import { architectures } from './image.ts';
import { type Release, repository, root } from './release.ts';

export interface Step {
  readonly command: readonly [string, ...string[]];
  /** Succeeds if the step was done before. */
  readonly done?: readonly [string, ...string[]];
}

const registry = 'ghcr.io/sidecar-injector';

/** In this order, because the chart names the image, and the downloads name both. */
export function publishing({ version, time, folder }: Release): readonly Step[] {
  const label = (name: string, value: string) => ['--label', `org.opencontainers.image.${name}=${value}`];
  const file = (kind: string) => join(folder, `sidecar-injector-${kind}-${version}.tgz`);
  const platforms = architectures.map((architecture) => `linux/${architecture}`).join();
  return [
    {
      command: [
        ...(['docker', 'buildx', 'build', '--platform', platforms] as const),
        ...[
          '--tag',
          `${registry}/sidecar-injector:${version}`,
          '--metadata-file',
          join(folder, 'image/published.json'),
        ],
        ...label('source', repository),
        ...label('version', version),
        ...['--build-arg', `SOURCE_DATE_EPOCH=${time.getTime() / 1000}`, '--provenance=mode=max', '--sbom=true'],
        ...['--output', 'type=registry,rewrite-timestamp=true', '.'],
      ],
    },
    { command: ['helm', 'push', file('chart'), `oci://${registry}/charts`] },
    {
      command: ['npm', 'publish', file('npm'), '--access=public', '--provenance'],
      done: ['npm', 'view', `sidecar-injector@${version}`, 'version'],
    },
    {
      command: [
        ...(['gh', 'release', 'create', `v${version}`, '--verify-tag', '--generate-notes'] as const),
        ...downloads(folder).map((name) => join(folder, name)),
      ],
      done: ['gh', 'release', 'view', `v${version}`],
    },
  ];
}

/** Why a checkout must not be published as this version, or undefined. */
export function unfit(checkout: string, version: string): string | undefined {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: checkout, encoding: 'utf8' }).stdout.trim();
  if (git('status', '--porcelain') !== '') return 'The checkout has changes that are not committed.';
  const tags = git('tag', '--points-at', 'HEAD').split('\n');
  return tags.includes(`v${version}`) ? undefined : `The commit has no tag v${version}, the version of package.json.`;
}

/** Runs each step. Returns the command that failed, or undefined. */
export function publish(steps: readonly Step[]): string | undefined {
  const succeeds = ([program, ...args]: Step['command'], stdio: 'inherit' | 'ignore') =>
    spawnSync(program, args, { cwd: root, stdio }).status === 0;
  for (const { command, done } of steps) {
    console.log(command.join(' '));
    if (done !== undefined && succeeds(done, 'ignore')) console.log('  done already');
    else if (!succeeds(command, 'inherit')) return command.join(' ');
  }
  return undefined;
}
