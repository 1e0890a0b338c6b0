// `npm run demo`: the webhook at work, without a cluster. It starts the real server, sends it the examples over HTTPS as the API
// server would, and shows the answers as changes of the pods: one in full, or all with `-- --all`.

import { parseArgs } from 'node:util';
import { structuredPatch } from 'diff';
import fastJsonPatch from 'fast-json-patch';
import { stringify } from 'yaml';
import { isObject, type JsonObject } from '../src/core/json.ts';
import { painter } from './colours.ts';
import { type ExamplePod, examplePods, reviewFor } from './pods.ts';
import { startWebhook, type Webhook } from './webhook.ts';

const usage = `Usage: npm run demo [-- FLAGS]

  --all     show every change in full, not only the first one
  --plain   without colours
  --help    show this page
`;
const { all, plain } = readFlags();
const paint = painter(!plain && process.env.NO_COLOR === undefined && process.stdout.isTTY);
const say = (text = '') => console.log(text);

function readFlags(): { readonly all: boolean; readonly plain: boolean } {
  const boolean = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ options: { all: boolean, plain: boolean, help: boolean } });
    if (!values.help) return values;
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/** Long values (the hook of git travels as an annotation) would hide what matters. */
function shortened(pod: JsonObject): string {
  const text = JSON.stringify(pod, (_, value) =>
    typeof value === 'string' && value.length > 100 ? `${value.slice(0, 57).split('\n')[0]}…` : value,
  );
  return stringify(JSON.parse(text), { lineWidth: 0 });
}

/** The names of the containers that are in the second pod only. */
function addedContainers(before: JsonObject, after: JsonObject): string[] {
  const names = ({ spec }: JsonObject) => {
    const { initContainers, containers } = isObject(spec) ? spec : {};
    return [initContainers ?? [], containers ?? []].flat().flatMap((one) => (isObject(one) ? String(one.name) : []));
  };
  return names(after).filter((name) => !names(before).includes(name));
}

async function show(webhook: Webhook, { file, title, pod }: ExamplePod, inFull: boolean): Promise<void> {
  const answer = await webhook.post(reviewFor(pod));
  const { response } = JSON.parse(answer.body);
  if (!response.patch) throw new Error(`${file} was not injected: ${answer.body}`);
  const patch = JSON.parse(Buffer.from(response.patch, 'base64').toString());
  const after = fastJsonPatch.applyPatch(structuredClone(pod), patch, true).newDocument;
  const cost = `${patch.length} operations, ${answer.milliseconds.toFixed(1)} ms`;
  say(`${paint('bold', file.padEnd(20))} + ${addedContainers(pod, after).join(', ')}  ${paint('dim', `(${cost})`)}`);
  if (!inFull) return;
  say(paint('dim', `  ${title}`));
  const { hunks } = structuredPatch(file, file, shortened(pod), shortened(after), '', '', { context: 1 });
  for (const line of hunks.flatMap(({ lines }) => ['', ...lines]).slice(1)) {
    say(`  ${line.startsWith('+') ? paint('green', line) : paint('dim', line)}`);
  }
  say();
}

async function showProblem(webhook: Webhook, title: string, annotations: Record<string, string>): Promise<void> {
  const containers = [{ name: 'web', image: 'nginx', ports: [{ containerPort: 8080 }] }];
  const answer = await webhook.post(
    reviewFor({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', annotations }, spec: { containers } }),
  );
  const { response } = JSON.parse(answer.body);
  if (response.allowed) throw new Error(`a pod with problems was admitted: ${answer.body}`);
  say(paint('bold', title));
  for (const [key, value] of Object.entries(annotations)) say(paint('dim', `    ${key}: ${JSON.stringify(value)}`));
  for (const line of response.status.message.split('\n')) say(`  ${paint('red', line)}`);
  say();
}

const started = performance.now();
say(paint('bold', 'Starting the real server …'));
const webhook = await startWebhook();
say(`It listens at ${webhook.url}, with a certificate that this program verifies.\n`);
const examples = examplePods();
const first = examples.find(({ file }) => file === 'git.yaml');
if (first && !all) await show(webhook, first, true);
for (const example of examples) if (all || example !== first) await show(webhook, example, all);
if (!all) say();
await showProblem(webhook, 'A typo, and a port that the app uses:', {
  'sidecar.io/topz': 'true',
  'sidecar.io/topz-port': '8080',
  'sidecar.io/gti-repo': 'https://github.com/octocat/Spoon-Knife.git',
});
await showProblem(webhook, 'A password in a URL, and a duration without a unit:', {
  'sidecar.io/git-repo': 'https://me:secret@example.com/site.git',
  'sidecar.io/git-period': '60',
});
await webhook.stop();
say(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s. What to try next:`);
say('  npm run -s sidecar -- inject -f examples/git.yaml     the result as a manifest for kubectl');
say('  npm run -s sidecar -- inject -f YOUR.yaml -o diff     the changes to your own app');
say('  npm run demo -- --all                                 the changes to every example');
say('  docs/sidecars.md                                      every sidecar and every annotation');
