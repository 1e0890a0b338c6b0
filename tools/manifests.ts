// `npm run manifests -- FOLDER`: writes the chart as plain manifests, install.yaml, and as a base for Kustomize.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientPrograms } from '../test/e2e/providers/provided.ts';
import { installManifests } from './manifests/install.ts';

const [folder, ...more] = process.argv.slice(2);
if (folder === undefined || folder.startsWith('-') || more.length > 0) {
  process.stderr.write('Name the folder for install.yaml and kustomization.yaml: npm run manifests -- FOLDER\n');
  process.exit(2);
}
const { helm } = await clientPrograms();
const kustomization = [
  'apiVersion: kustomize.config.k8s.io/v1beta1',
  'kind: Kustomization',
  'resources:',
  '  - install.yaml',
  '',
];
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'install.yaml'), await installManifests(helm));
writeFileSync(join(folder, 'kustomization.yaml'), kustomization.join('\n'));
console.log(`${folder}: install.yaml and kustomization.yaml written`);
