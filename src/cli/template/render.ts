import { workloadKinds } from '../../workload/kinds.ts';
import { command, type Given, sidecarNames } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { formatted } from '../formatted.ts';
import { readNamespaces } from '../inject/annotations.ts';
import { readBeside } from '../inject/beside.ts';
import { Locator, lineOf } from '../inject/locate.ts';
import { readManifests } from '../inject/manifests.ts';
import { reportLines, warningLines } from '../inject/report-lines.ts';
import { readSources } from '../inject/sources.ts';
import { catalogOf, withTemplates } from '../inject/templates.ts';
import { folderProblems, misused } from '../misused.ts';
import { offlineState } from '../offline-state.ts';
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
  const templateFiles = readSources(values.filename, console);
  const podFile = readSources(values.pod === undefined ? [] : [values.pod], console);
  const namespaceFiles = readBeside({ 'namespace-file': values['namespace-file'], policy: [] }, console);
  const unread = [templateFiles, podFile, namespaceFiles].flatMap((each) => each.problems);
  const unreadable = [...problems, ...unread, ...folderProblems('catalog', values.catalog, console)];
  if (unreadable.length > 0) return wrong(unreadable);
  const written = readManifests(templateFiles.sources);
  const pods = readManifests(podFile.sources);
  const others = readManifests(namespaceFiles.sources);
  const locator = new Locator();
  const loaded = dependencies.loadCatalog(values.catalog);
  const namespace = values.namespace ?? 'default';
  const known = { catalog: loaded.catalog, namespaces: new Map(), workloads: workloadKinds };
  const templates = withTemplates(written.manifests, known, namespace, locator);
  const { namespaces, problems: ofNamespaces } = readNamespaces([...others.manifests, ...pods.manifests], locator);
  const inFiles = [written, pods, others].flatMap((each) => each.problems);
  const ofCatalog = loaded.problems.map((problem) => ({ position: '', subject: '', problem }));
  const broken = [...ofCatalog, ...inFiles, ...templates.problems, ...ofNamespaces];
  for (const problem of broken) console.stderr(`${lineOf(problem)}\n`);
  if (broken.length > 0) return 1;
  const template = chosen(words, [...templates.templates.keys()], templates.catalog, values.filename);
  if ('message' in template) return wrong([template.message]);
  const subject = subjectIn(values.pod === undefined ? [sampleManifest] : pods.manifests);
  if ('message' in subject) return wrong([`--pod ${values.pod}: ${subject.message}`]);
  const settings = values.set.map((text): [string, string] => {
    const end = text.indexOf('=');
    return [text.slice(0, end), text.slice(end + 1)];
  });
  const state = offlineState(catalogOf(template, templates), workloadKinds, values.image, dependencies, {
    cluster: { version: '', nativeSidecars: values.native !== 'false', assignsUsers: values.users === 'cluster' },
    namespaces,
  });
  const context = { state, namespaces, namespace, locator };
  const { injection, parts, problems: ofPod } = rendering(template, settings, subject, context);
  for (const line of warningLines([injection])) console.stderr(`${line}\n`);
  for (const problem of ofPod) console.stderr(`${lineOf(problem)}\n`);
  if (ofPod.length > 0) return 1;
  if (parts === undefined) for (const line of reportLines([injection])) console.stderr(`${line}\n`);
  else console.stdout(formatted(parts, values.output));
  return 0;
}
