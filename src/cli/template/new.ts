import { files } from '../../flags/kinds.ts';
import type { Flag } from '../../flags/read-flags.ts';
import { templateName } from '../../template/schema.ts';
import { workloadKinds } from '../../workload/kinds.ts';
import { catalogFlag } from '../catalog/flag.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { Locator, lineOf } from '../inject/locate.ts';
import { readManifests } from '../inject/manifests.ts';
import { withTemplates } from '../inject/templates.ts';
import { folderProblems, misused } from '../misused.ts';
import { schemaComment } from '../schema-comment.ts';
import { firstTemplate } from './first-template.ts';

const flags = [
  { name: 'output', short: 'o', kind: files('FILE'), help: 'Write it to a file that does not exist yet.' },
  { name: 'namespaced', help: 'A SidecarTemplate, for the pods of one namespace.' },
  catalogFlag,
] as const satisfies readonly Flag[];

/** `sidecar template new NAME`: a template to begin with. It has no problem beside those of the catalog. */
export const templateNew = command({ summary: 'Write a template to begin with.', flags, help, run: create });

function create(
  { values, words, problems }: Given<typeof flags>,
  console: Console,
  { loadCatalog, injector }: InjectDependencies,
): ExitCode {
  const [name = '', ...others] = words;
  const use = [...problems, ...nameProblems(name, others), ...folderProblems('catalog', values.catalog, console)];
  if (use.length > 0) return misused(console, 'template new', use);
  const kind = values.namespaced ? 'SidecarTemplate' : 'ClusterSidecarTemplate';
  const text = schemaComment(injector.version) + firstTemplate(name, kind);
  const { catalog } = loadCatalog(values.catalog);
  const { manifests } = readManifests([{ name: 'stdout', bytes: new TextEncoder().encode(text) }]);
  const known = { catalog, namespaces: new Map(), workloads: workloadKinds };
  const taken = withTemplates(manifests, known, 'default', new Locator()).problems;
  for (const problem of taken) console.stderr(`${lineOf({ ...problem, position: '' })}\n`);
  if (taken.length > 0) return 1;
  if (catalog.templates.some((template) => template.name === name))
    console.stderr(`warning: In a cluster, this template replaces the sidecar ${name} of the catalog.\n`);
  if (values.output === undefined) {
    console.stdout(text);
    return 0;
  }
  const unwritten = console.files.create(values.output, text);
  if (unwritten) return misused(console, 'template new', [unwritten.message]);
  console.stderr(`${values.output} written\n`);
  return 0;
}

function nameProblems(name: string, others: readonly string[]): string[] {
  if (name === '') return ['Name the sidecar: sidecar template new NAME.'];
  if (others.length > 0) return [`Name one sidecar, not ${others.length + 1}.`];
  if (templateName.safeParse(name).success) return [];
  const form = 'lower case words joined by hyphens, at most 30 characters together';
  return [`${JSON.stringify(name)} cannot be the name of a sidecar. Write ${form}, such as greeter.`];
}

function help(flags: string): string {
  return `Writes a small template that works, with comments, to be changed.

Usage: sidecar template new NAME [flags]

Flags:
${flags}
Exit codes:
  0  success
  1  the catalog has another sidecar with these annotations
  2  wrong usage, or the file exists

Examples:
  sidecar template new greeter
  sidecar template new greeter --namespaced -o greeter.yaml
`;
}
