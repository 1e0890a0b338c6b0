// The image as an OCI layout, image/: for each architecture the layer and the configuration that the Dockerfile adds to
// its base. They are JavaScript, the same for all. `docker buildx build`, which publishes, puts them onto the base.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from './archive.ts';
import { lastStage } from './dockerfile.ts';
import { normalize, type Release, root } from './release.ts';

export const architectures = ['amd64', 'arm64'] as const;
const media = (kind: string) => `application/vnd.oci.image.${kind}`;
const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export async function makeImage({ version, time, folder, scratch }: Release): Promise<void> {
  const { base, copies, config } = lastStage(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  const layer = makeLayer(copies, String(config.WorkingDir), scratch('image'), time);
  const image = join(folder, 'image');
  mkdirSync(join(image, 'blobs/sha256'), { recursive: true });
  const add = (mediaType: string, bytes: Uint8Array) => {
    const digest = sha256(bytes);
    writeFileSync(join(image, 'blobs', digest.replace(':', '/')), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const addJson = (mediaType: string, value: unknown) => add(mediaType, Buffer.from(JSON.stringify(value)));

  const created = time.toISOString();
  const layers = [add(media('layer.v1.tar+gzip'), gzipSync(layer, { level: 9 }))];
  const rootfs = { type: 'layers', diff_ids: [sha256(layer)] };
  const [baseName = '', baseDigest = ''] = base.split('@');
  const annotations = {
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.base.name': baseName,
    'org.opencontainers.image.base.digest': baseDigest,
  };
  const manifests = architectures.map((architecture) => {
    const about = addJson(media('config.v1+json'), { created, architecture, os: 'linux', config, rootfs });
    const manifest = { schemaVersion: 2, mediaType: media('manifest.v1+json'), config: about, layers, annotations };
    return { ...addJson(manifest.mediaType, manifest), platform: { architecture, os: 'linux' } };
  });
  const index = { schemaVersion: 2, mediaType: media('index.v1+json'), manifests };
  writeFileSync(join(image, 'index.json'), JSON.stringify(index));
  writeFileSync(join(image, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

/** The files that the Dockerfile copies, as one tar file. */
function makeLayer(copies: ReturnType<typeof lastStage>['copies'], to: string, work: string, time: Date) {
  const checkout = join(work, 'checkout');
  execFileSync(process.execPath, [join(root, 'tools/build.ts'), join(checkout, 'dist'), 'image']);
  for (const name of ['package.json', 'LICENSE']) cpSync(join(root, name), join(checkout, name));
  const tree = join(work, 'tree');
  for (const copy of copies) {
    for (const path of copy.from) {
      const target = copy.to.endsWith('/') ? join(copy.to, basename(path)) : copy.to;
      cpSync(join(checkout, path), join(tree, to, target), { recursive: true });
    }
  }
  normalize(tree, time);
  pack(tree, join(work, 'layer.tar'));
  return readFileSync(join(work, 'layer.tar'));
}
