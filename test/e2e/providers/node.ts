// A node of our own on this machine, with images made from Debian packages.
import { ensureBinaries } from '../../cluster/binaries.ts';
import { buildProjectImage } from '../../cluster/build-image.ts';
import { folderOf } from '../../cluster/cluster-folder.ts';
import { imageRecipes } from '../../cluster/image-recipes.ts';
import { ensureImages } from '../../cluster/images.ts';
import { prepareNode, startNode } from '../../cluster/node-cluster.ts';
import { leftovers } from '../../cluster/remove-cluster.ts';
import type { Stage } from '../../cluster/stages.ts';
import type { Options } from '../options.ts';
import type { Provided } from './provided.ts';
import { removeAfterUs } from './remove-after-us.ts';

export const nodeImage = 'localhost/sidecar-injector:e2e';
export const nodeGitServerImage = 'localhost/git-server:1';

/** Brings the node up with all images that the suites name. */
export async function provideNode({ name }: Options, stage: Stage): Promise<Provided> {
  const programs = await stage('programs of the node', async () => ({
    ...(await prepareNode()),
    ...(await ensureBinaries(['helm'])),
  }));
  const images = await stage('images of the examples', () => ensureImages(imageRecipes));
  const own = await stage('the project’s image, from the Dockerfile', () => buildProjectImage(nodeImage));
  removeAfterUs({ box: name });
  const node = await stage('node up', () => startNode({ name, images: [...images, own] }));
  return {
    description: {
      provider: 'node',
      cluster: name,
      kubeconfig: node.kubeconfig,
      folder: folderOf(name),
      programs: { kubectl: programs.kubectl, helm: programs.helm },
      image: nodeImage,
      gitServerImage: nodeGitServerImage,
      host: node.network.host,
    },
    async remove() {
      node.stop();
      const left = leftovers(name);
      if (left.length > 0) throw new Error(`left of the node: ${left.join(', ')}`);
    },
  };
}
