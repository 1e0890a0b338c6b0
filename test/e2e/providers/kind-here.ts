// A kind cluster without Docker on the machine and without the internet: the same kind and Kubernetes, on an engine of
// our own, with a node image and images of the examples that are made from Go modules and Debian packages.
import { join } from 'node:path';
import { ensureBinaries } from '../../cluster/binaries.ts';
import { buildProjectImage } from '../../cluster/build-image.ts';
import { imageRecipes } from '../../cluster/image-recipes.ts';
import { ensureImages } from '../../cluster/images.ts';
import { startEngine } from '../../cluster/kind/engine.ts';
import { createKindCluster, loadImages } from '../../cluster/kind/kind-cluster.ts';
import { provideNodeImage } from '../../cluster/kind/node-image.ts';
import { leftovers } from '../../cluster/remove-cluster.ts';
import type { Stage } from '../../cluster/stages.ts';
import type { Options } from '../options.ts';
import { nodeGitServerImage, nodeImage } from './node.ts';
import type { Provided } from './provided.ts';
import { removeAfterUs } from './remove-after-us.ts';

/** Creates the cluster with all images that the suites name. */
export async function provideKindHere({ name }: Options, stage: Stage): Promise<Provided> {
  const programs = await stage('programs', () => ensureBinaries(['kubectl', 'helm', 'kind']));
  const images = await stage('images of the examples', () => ensureImages(imageRecipes));
  const own = await stage('the project’s image, from the Dockerfile', () => buildProjectImage(nodeImage));
  const cluster = `sidecar-injector-${name}`;
  removeAfterUs({ box: name });
  const engine = await stage('Docker engine up', () => startEngine(name));
  const kubeconfig = join(engine.folder, 'kubeconfig.yaml');
  try {
    await stage('image of kind’s nodes', () => provideNodeImage(engine, programs.kind));
    await stage('kind cluster up', () => createKindCluster(engine, programs.kind, cluster, kubeconfig));
    await stage('images into the cluster', () => loadImages(engine, programs.kind, cluster, [...images, own]));
  } catch (error) {
    engine.stop();
    throw error;
  }
  return {
    description: {
      ...{ provider: 'kind', cluster, kubeconfig, folder: engine.folder, docker: engine.docker },
      programs: { kubectl: programs.kubectl, helm: programs.helm },
      image: nodeImage,
      gitServerImage: nodeGitServerImage,
      host: engine.network.host,
    },
    async remove() {
      engine.stop();
      const left = leftovers(name);
      if (left.length > 0) throw new Error(`left of the engine: ${left.join(', ')}`);
    },
  };
}
