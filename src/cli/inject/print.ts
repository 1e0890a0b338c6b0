import { isObject, type Json } from '../../core/json.ts';
import { printable, printableDocument } from '../../core/printable.ts';
import { patched } from '../../yaml-edit/edit-document.ts';
import { formatted } from '../formatted.ts';
import { groupBy } from '../group-by.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import { unifiedDiff } from './diff.ts';
import type { InjectedManifests } from './inject-manifests.ts';
import { documentEdits, type Injection, podEdits } from './inject-object.ts';
import type { FileProblem, Manifest } from './manifests.ts';
import { objectsIn } from './objects.ts';
import { defect, editFile, yamlStream } from './yaml-output.ts';

/** The text for standard output, unless there are problems. */
export interface Print {
  readonly text: string;
  readonly warnings: readonly string[];
  readonly problems: readonly FileProblem[];
}

/** The result in an output format. */
export function printed(
  result: Pick<InjectedManifests, 'files' | 'injections'>,
  output: DeliverySettings['output'],
  colour: boolean,
): Print {
  if (output === 'patch') return { text: patchesText(result.injections), warnings: [], problems: [] };
  const byManifest = groupBy(result.injections, ({ manifest }) => manifest);
  if (output === 'json') return printedJson(result, byManifest);
  const files = result.files.map((file) => editFile(file, byManifest));
  const edited = files.map(({ edited }) => edited);
  return {
    text:
      output === 'yaml'
        ? yamlStream(edited)
        : edited.map(({ file, text, splices }) => unifiedDiff(file.name, text, splices, colour)).join(''),
    warnings: files.flatMap(({ warnings }) => warnings),
    problems: files.flatMap(({ problems }) => problems),
  };
}

const rounded = 'Numbers beyond 9007199254740991 may be rounded in JSON. Use -o yaml to keep them.';

function printedJson(
  { files }: Pick<InjectedManifests, 'files'>,
  injections: ReadonlyMap<Manifest, readonly Injection[]>,
): Print {
  const values: Json[] = [];
  const problems: FileProblem[] = [];
  const warnings: string[] = [];
  for (const manifest of files.flatMap(({ manifests }) => manifests)) {
    const edits = (injections.get(manifest) ?? []).flatMap(documentEdits);
    const value = edits.length === 0 ? manifest.value : patched(manifest.value, edits);
    if (value === undefined) problems.push(defect(manifest));
    else values.push(value);
    if (isRounded(manifest.value))
      warnings.push(printable(`${manifest.file}, document ${manifest.number}: ${rounded}`));
  }
  return { text: jsonDocument(values), warnings, problems };
}

/** All documents as JSON: a single one as it is, several as one List of their objects. */
function jsonDocument(documents: readonly Json[]): string {
  const values = documents.filter((value) => isObject(value));
  const [only] = values;
  if (values.length === 1 && only) return formatted(only, 'json');
  const items = values.flatMap((value) => objectsIn(value).map(({ object }) => object));
  return formatted({ apiVersion: 'v1', kind: 'List', items }, 'json');
}

/** True when JavaScript cannot keep all digits of some number in the value. */
function isRounded(value: Json | undefined): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((inner: Json | undefined) => isRounded(inner))
  );
}

/** The patches as the webhook answers them. For a single Pod, only its patch. */
function patchesText(injections: readonly Injection[]): string {
  const [only] = injections;
  if (injections.length === 1 && only?.podSteps.length === 0) return `${patchOf(only)}\n`;
  return injections.map((injection) => `${headerOf(injection)}\n${patchOf(injection)}\n`).join('');
}

/** Names the document and the pod in it, where the paths of the patch begin. */
function headerOf({ manifest, found, podSteps }: Injection): string {
  const pointer = [...found.steps, ...podSteps].map((step) => `/${step}`).join('');
  const below = pointer === '' ? '' : `, paths below ${pointer}`;
  return printable(`# ${manifest.file}, document ${manifest.number}, ${found.title}${below}`);
}

function patchOf(injection: Injection): string {
  const { removal, outcome } = injection;
  const patch = removal ? podEdits(injection) : outcome.kind === 'Injected' ? outcome.patch : [];
  return printableDocument(JSON.stringify(patch), 'json');
}
