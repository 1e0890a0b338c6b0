// The image that kind builds node images on, as its Dockerfile describes it, from Debian packages and the node's
// containerd. kind's own files for it come with kind's Go module. Left out is what only rootless Docker and storage
// tests need, and crictl.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { downloadModule } from '../go-build.ts';
import type { ImageRecipe } from '../image-recipe.ts';
import { path, shell } from '../image-recipe.ts';
import { containerdVersion, kindVersion } from '../versions.ts';

export const baseImageName = 'localhost/kind-base:1';

const packages = [
  ...[
    'systemd',
    'libpam0g',
    'libaudit1',
    'dpkg',
    'bash',
    'debianutils',
    'hostname',
    'mawk',
    'libc-bin',
    'jq',
    ...shell,
  ],
  ...['mount', 'util-linux', 'kmod', 'iproute2', 'ethtool', 'iptables', 'conntrack', 'ca-certificates'],
  ...['runc', 'containernetworking-plugins', 'libseccomp2'],
];

/** Its recipe, for images.ts. */
export async function baseImage(): Promise<ImageRecipe> {
  const kind = await downloadModule({ path: 'sigs.k8s.io/kind', version: kindVersion });
  return {
    key: 'kind-base',
    names: [baseImageName],
    packages,
    programs: { containerd: containerdVersion, 'containerd-shim-runc-v2': containerdVersion, ctr: containerdVersion },
    copies: { '/': join(kind, 'images/base/files') },
    run: ['/bin/bash', '-euc', readFileSync(join(import.meta.dirname, 'base-image.sh'), 'utf8')],
    // systemd must know that it is in a container, and ends at this signal.
    config: {
      Env: [path, 'container=docker'],
      StopSignal: 'SIGRTMIN+3',
      Entrypoint: ['/usr/local/bin/entrypoint', '/sbin/init'],
    },
  };
}
