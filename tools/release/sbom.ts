import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Release, root } from './release.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** The packages that the programs are made from, by the lock file, as CycloneDX. */
export async function makeSbom({ time, folder }: Release): Promise<void> {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const text = execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 24 });
  // npm writes another serial number and the present time each time.
  const { serialNumber: _, metadata, components, dependencies, ...rest } = JSON.parse(text);
  // --omit=dev would also omit packages for production that some package for development needs too.
  const kept = components.filter(({ properties = [] }: Component) => !properties.some(isForDevelopment));
  // npm names the program after the folder of the checkout.
  const component = { ...metadata.component, name: 'sidecar-injector' };
  const refs = new Set([component, ...kept].map((each: Component) => each['bom-ref']));
  const known = (ref: string) => refs.has(ref);
  const edges = dependencies
    .filter(({ ref }: { ref: string }) => known(ref))
    .map((edge: { dependsOn: string[] }) => ({ ...edge, dependsOn: edge.dependsOn.filter(known) }));
  const sbom = {
    ...rest,
    ...{ metadata: { ...metadata, component, timestamp: time.toISOString() }, components: kept, dependencies: edges },
  };
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 2)}\n`);
}

function isForDevelopment({ name, value }: { readonly name: string; readonly value: string }): boolean {
  return name === 'cdx:npm:package:development' && value === 'true';
}
