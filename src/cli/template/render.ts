import { stringify } from 'yaml';
import { problemText } from '../../core/problem.ts';
import { workloadKinds } from '../../workload/kinds.ts';
import { withTemplates } from '../check/templates.ts';
import { command, type Given, sidecarNames } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { readNamespaces } from '../inject/annotations.ts';
import { Locator, lineOf } from '../inject/locate.ts';
import { readManifests } from '../inject/manifests.ts';
import { reportLines, warningLines } from '../inject/report-lines.ts';
import { readSources } from '../inject/sources.ts';
import { folderProblems, misused } from '../misused.ts';
import { chosen } from './chosen.ts';
import { renderFlags, renderHelp } from './render-settings.ts';
import { rendering } from './rendering.ts';
import { sampleManifest, subjectIn } from './subject.ts';

/** `sidecar template render`: what a template adds to a pod, or why it cannot be rendered with these parameters. */
export const templateRender = command({
  summary: 'Print what a template adds to a pod.',
  flags: renderFlags,
  words: (before, dependencies) => (before.length === 0 ? sidecarNames(dependencies) : []),
  ...{ help: renderHelp, run: render },
});

function render(
  { values, words, problems }: Given<typeof renderFlags>,
  console: Console,
  dependencies: InjectDependencies,
): ExitCode {
  const wrong = (messages: readonly string[]) => misused(console, 'template render', messages);
  const inputs = [values.filename, values.pod === undefined ? [] : [values.pod], values['namespace-file']];
  const read = inputs.map((paths) => readSources(paths, console));
  const folders = folderProblems('catalog', values.catalog, console);
  const unreadable = [...problems, ...read.flatMap(({ problems }) => problems), ...folders];
  if (unreadable.length > 0) return wrong(unreadable);
  const [files = [], pods = [], namespaceFiles = []] = read.map(({ sources }) => sources.map(readManifests));
  const manifestsOf = (all: typeof files) => all.flatMap(({ file }) => file.manifests);
  const locator = new Locator();
  const loaded = dependencies.loadCatalog(values.catalog);
  const templates = withTemplates(manifestsOf(files), loaded.catalog, workloadKinds, locator);
  const { namespaces, problems: ofNamespaces } = readNamespaces(manifestsOf([...namespaceFiles, ...pods]), locator);
  const unread = [...files, ...pods, ...namespaceFiles].flatMap(({ problems }) => problems);
  const broken = [...unread, ...templates.problems, ...ofNamespaces];
  for (const problem of loaded.problems) console.stderr(`${problemText(problem)}\n`);
  for (const problem of broken) console.stderr(`${lineOf(problem)}\n`);
  if (loaded.problems.length + broken.length > 0) return 1;
  const template = chosen(words, [...templates.templates.keys()], templates.catalog);
  if ('message' in template) return wrong([template.message]);
  const subject = subjectIn(values.pod === undefined ? [sampleManifest] : manifestsOf(pods));
  if ('message' in subject) return wrong([`--pod ${values.pod}: ${subject.message}`]);
  const settings = values.set.map((text): [string, string] => {
    const end = text.indexOf('=');
    return [text.slice(0, end), text.slice(end + 1)];
  });
  const { injector } = dependencies;
  const state = {
    ...{ catalog: templates.catalog, namespaces, policies: [], workloads: workloadKinds },
    cluster: { version: '', nativeSidecars: values.native !== 'false', assignsUsers: values.users === 'cluster' },
    injector: { ...injector, image: values.image ?? injector.image },
  };
  const context = { state, namespaces, namespace: values.namespace ?? 'default', locator };
  const { injection, parts, problems: ofPod } = rendering(template, settings, subject, context);
  for (const line of warningLines([injection])) console.stderr(`${line}\n`);
  for (const problem of ofPod) console.stderr(`${lineOf(problem)}\n`);
  if (ofPod.length > 0) return 1;
  if (parts === undefined) for (const line of reportLines([injection])) console.stderr(`${line}\n`);
  else if (values.output === 'json') console.stdout(`${JSON.stringify(parts, null, 2)}\n`);
  else console.stdout(stringify(parts, { lineWidth: 0, compat: 'yaml-1.1' }));
  return 0;
}
