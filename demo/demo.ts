// `npm run demo [-- --plain]`: the main job without a cluster. The real server is started, the examples are sent to it as the API
// server would send them, over HTTPS with the CA verified, and what comes back is shown as a change of the pod.
import { structuredPatch } from 'diff';
import fastJsonPatch from 'fast-json-patch';
import { stringify } from 'yaml';
import type { JsonObject } from '../src/core/json.ts';
import { painter } from './colours.ts';
import { type ExamplePod, examplePods, reviewFor } from './pods.ts';
import { startWebhook, type Webhook } from './webhook.ts';

const flags = process.argv.slice(2);
const strange = flags.filter((flag) => flag !== '--plain');
if (strange.length > 0) {
  const isHelp = strange.includes('--help');
  if (!isHelp) console.error(`There is no ${strange.join(', ')}.`);
  console.error('usage: npm run demo [-- --plain]    without colours');
  process.exit(isHelp ? 0 : 2);
}
const plain = flags.includes('--plain') || process.env.NO_COLOR !== undefined || !process.stdout.isTTY;
const paint = painter(!plain);
const say = (text = '') => console.log(text);

/** Long values (the hook of git travels as an annotation) would hide what matters. */
function shortened(pod: JsonObject): string {
  const text = JSON.stringify(pod, (_, value) =>
    typeof value === 'string' && value.length > 100 ? `${value.slice(0, 57).split('\n')[0]}…` : value,
  );
  return stringify(JSON.parse(text), { lineWidth: 0 });
}

async function show(webhook: Webhook, { file, title, pod }: ExamplePod): Promise<void> {
  const answer = await webhook.post(reviewFor(pod));
  const { response } = JSON.parse(answer.body);
  if (!response.patch) throw new Error(`${file} was not injected: ${answer.body}`);
  const patch = JSON.parse(Buffer.from(response.patch, 'base64').toString());
  const after = fastJsonPatch.applyPatch(structuredClone(pod), patch, true).newDocument;
  say(`${paint('bold', `examples/${file}`)}  ${paint('dim', title)}`);
  say(paint('dim', `  answered in ${answer.milliseconds.toFixed(1)} ms with ${patch.length} edits`));
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
  if (response.allowed) throw new Error(`a problem was let pass: ${answer.body}`);
  say(paint('bold', title));
  for (const [key, value] of Object.entries(annotations)) say(paint('dim', `    ${key}: ${JSON.stringify(value)}`));
  for (const line of response.status.message.split('\n')) say(`  ${paint('red', line)}`);
  say();
}

const started = performance.now();
say(paint('bold', 'Starting the real server …'));
const webhook = await startWebhook();
say(`It listens at ${webhook.url}; its certificate is verified against a CA made a moment ago.\n`);
for (const example of examplePods()) await show(webhook, example);
await showProblem(webhook, 'A slip of the fingers, and a port that the app has already:', {
  'sidecar.io/topz': 'true',
  'sidecar.io/topz-port': '8080',
  'sidecar.io/gti-repo': 'https://github.com/octocat/Spoon-Knife.git',
});
await showProblem(webhook, 'A password in an address, and a duration without a unit:', {
  'sidecar.io/git-repo': 'https://me:secret@example.com/site.git',
  'sidecar.io/git-period': '60',
});
await webhook.stop();
say(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s. What to try next:`);
say('  npm run -s sidecar -- inject -f examples/git.yaml            what comes out, as a manifest for kubectl');
say('  npm run -s sidecar -- inject -f YOUR.yaml -o diff            the same for your own app');
say('  npm test                                                     the suites, against a real API server');
say('  docs/sidecars.md                                             every sidecar, every annotation');
