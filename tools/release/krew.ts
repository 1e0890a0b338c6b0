import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Release, repository } from './release.ts';

/** The manifest of the kubectl plugin `sidecar`, for the archives of executables that are in the folder. */
export async function makeKrewManifest({ version, folder }: Release): Promise<void> {
  const platforms = readdirSync(folder).flatMap((name) => {
    const [, os, arch] = /^sidecar-([a-z]+)-([a-z0-9]+)\.tar\.gz$/.exec(name) ?? [];
    if (os === undefined || arch === undefined) return [];
    return {
      selector: { matchLabels: { os, arch } },
      uri: `${repository}/releases/download/v${version}/${name}`,
      sha256: createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
      bin: os === 'windows' ? 'sidecar.exe' : 'sidecar',
    };
  });
  const plugin = {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'sidecar' },
    spec: {
      version: `v${version}`,
      homepage: repository,
      shortDescription: 'Inject sidecars that annotations ask for',
      description: [
        'Injects the sidecars that the sidecar.io annotations of a manifest ask for, shows',
        'what a cluster with the sidecar injector would make of it, and explains problems.',
        '',
      ].join('\n'),
      platforms,
    },
  };
  writeFileSync(join(folder, 'sidecar.yaml'), stringify(plugin, { lineWidth: 0 }));
}
