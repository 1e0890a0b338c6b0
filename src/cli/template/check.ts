import type { Catalog } from '../../catalog/catalog.ts';
import { pick } from '../../flags/pick.ts';
import { unknownSidecars } from '../../state/unknown-sidecars.ts';
import { workloadKinds } from '../../workload/kinds.ts';
import { inOrder } from '../check/check.ts';
import { errorOf, type Finding, templateError, warningOf } from '../check/finding.ts';
import { printFindings } from '../check/print.ts';
import { checkFlags } from '../check/settings.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { Locator } from '../inject/locate.ts';
import { readManifests } from '../inject/manifests.ts';
import { readSources, type Source } from '../inject/sources.ts';
import { catalogOf, withTemplates } from '../inject/templates.ts';
import { folderProblems, misused } from '../misused.ts';

const flags = pick(checkFlags, 'filename', 'output', 'catalog');

/** `sidecar template check`: every problem of templates, as `sidecar check` prints them. */
export const templateCheck = command({
  summary: 'Print every problem of templates, with file, line and column.',
  ...{ flags, takesFiles: true, help, run: check },
});

function check(
  { values, words, problems }: Given<typeof flags>,
  console: Console,
  { loadCatalog, injector }: InjectDependencies,
): ExitCode {
  const files = [...words, ...values.filename];
  const use = files.length > 0 ? problems : [...problems, 'Name a template: sidecar template check FILE.'];
  if (use.length > 0) return misused(console, 'template check', use);
  const { sources, problems: unreadable } = readSources(files, console);
  const missing = [...unreadable, ...folderProblems('catalog', values.catalog, console)];
  if (missing.length > 0) return misused(console, 'template check', missing);
  const { catalog, problems: broken } = loadCatalog(values.catalog);
  const checked = checkTemplates(sources, catalog);
  const findings = [...broken.map(templateError), ...checked.findings];
  if (checked.count === 0 && findings.length === 0) {
    const message = 'The files have no ClusterSidecarTemplate and no SidecarTemplate.';
    return misused(console, 'template check', [`${message} Check pods and policies with sidecar check.`]);
  }
  return printFindings(console, findings, values.output, injector.version);
}

/**
 * The problems and warnings of the templates among the files, beside those of the catalog, and how many templates there
 * are.
 */
function checkTemplates(sources: readonly Source[], base: Catalog) {
  const locator = new Locator();
  const read = readManifests(sources);
  const known = { catalog: base, namespaces: new Map(), workloads: workloadKinds };
  const written = withTemplates(read.manifests, known, 'default', locator);
  const { templates, problems } = written;
  const warnings = [...templates].flatMap(([template, { spot, title }]) =>
    unknownSidecars(template, catalogOf(template, written)).map((message) =>
      warningOf({ code: 'unknown-sidecar', message }, spot, [], title, locator),
    ),
  );
  const errors = [...read.problems, ...problems].map(errorOf);
  const findings: readonly Finding[] = [...errors, ...warnings].sort(inOrder);
  return { findings, count: templates.size };
}

function help(flags: string): string {
  return `Checks templates of sidecars as the API server has them checked, and prints every problem with file, line and column.

Usage: sidecar template check FILE|DIR|URL|-... [flags]

Flags:
${flags}
The output formats are those of sidecar check.

Exit codes:
  0  nothing is wrong; warnings can be printed
  1  problems
  2  wrong usage

Examples:
  sidecar template check greeter.yaml
  sidecar template check templates/ -o github
`;
}
