import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sidecar } from '../../src/cli/sidecar.ts';
import { loadCatalog } from '../../src/main/load-catalog.ts';
import { ownImage, version } from '../../src/main/version.ts';

/** examples/injected/: what the command line makes of each example, by file name. */
export function exampleResults(root: string): Map<string, string> {
  const files = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.yaml'));
  return new Map(files.map((name) => [`examples/injected/${name}`, injected(join(root, 'examples', name))]));
}

function injected(file: string): string {
  let manifests = '';
  let complaints = '';
  const code = sidecar(
    {
      args: ['inject', '-q', '-f', '-'],
      stdin: () => readFileSync(file),
      stdout: (text) => {
        manifests += text;
      },
      stderr: (text) => {
        complaints += text;
      },
      files: {
        isFolder: () => false,
        read: () => ({ message: 'not read' }),
        list: () => ({ message: 'not read' }),
        create: () => undefined,
        write: () => ({ message: 'not written', written: [] }),
      },
      colour: false,
      live: false,
    },
    {
      loadCatalog,
      kubectl: () => ({ message: 'no cluster' }),
      problemsPage: () => '',
      now: () => 0,
      pause: () => {},
      injector: { version, image: ownImage },
    },
  );
  if (code !== 0) throw new Error(`${file}: ${complaints}`);
  return manifests;
}
