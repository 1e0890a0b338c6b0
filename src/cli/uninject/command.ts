import { statusKey } from '../../core/annotations.ts';
import { isObject } from '../../core/json.ts';
import { pathOf } from '../../core/source.ts';
import { uninject } from '../../engine/uninject.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import { deliver, refused } from '../inject/delivery.ts';
import { deliveryFlags, deliveryProblems, reportFlags, sameNames } from '../inject/delivery-settings.ts';
import type { Injection } from '../inject/inject-object.ts';
import { fileProblem, Locator } from '../inject/locate.ts';
import { type Manifest, nothingIn, readManifests } from '../inject/manifests.ts';
import { type Found, objectsIn, podAt } from '../inject/objects.ts';
import { wordProblems } from '../inject/settings.ts';
import { readSources } from '../inject/sources.ts';
import { misused } from '../misused.ts';
import { workloadFlag, workloadsOf } from '../workload-flag.ts';

const flags = [...deliveryFlags, workloadFlag, ...reportFlags] as const;

/** `sidecar uninject`: takes out of manifests what `sidecar inject` or the webhook has added. */
export const uninjectCommand = command({
  summary: 'Remove sidecars from manifests.',
  ...{ flags, help, run: uninjectFiles },
});

function uninjectFiles({ values, words, problems }: Given<typeof flags>, console: Console): ExitCode {
  const workloads = workloadsOf(values);
  const use = [...wordProblems(words, values.filename), ...deliveryProblems(values, console)];
  const wrong = [...problems, ...workloads.problems, ...use];
  if (wrong.length > 0) return misused(console, 'uninject', wrong);
  const input = readSources(values.filename, console);
  const unreadable = [...input.problems, ...(values['output-dir'] === undefined ? [] : sameNames(input))];
  if (unreadable.length > 0) return misused(console, 'uninject', unreadable);
  const { files, manifests, problems: unread } = readManifests(input.sources);
  const locator = new Locator();
  const injections = manifests.flatMap((manifest) =>
    objectsIn(manifest.value, workloads.kinds).flatMap((found) =>
      found.pods.map((podSteps) => removalFrom(manifest, found, podSteps, locator)),
    ),
  );
  const all = [
    ...unread,
    ...(unread.length > 0 ? [] : nothingIn(files)),
    ...injections.flatMap((each) => each.problems),
  ];
  if (all.length > 0) return refused(console, all, 'removed', values);
  return deliver(console, input, { files, injections }, 'removed', values);
}

/** What is taken out of one pod or workload. */
function removalFrom(manifest: Manifest, found: Found, podSteps: readonly string[], locator: Locator): Injection {
  const pod = podAt(found, podSteps);
  const removal = uninject(pod);
  const annotations = isObject(pod) && isObject(pod.metadata) ? pod.metadata.annotations : undefined;
  const path = pathOf({ kind: 'pod', key: statusKey });
  const problem = {
    ...({ code: 'bad-status', path } as const),
    message: 'The injector did not write this status, so it does not say what to remove.',
    fix: 'Start again from the manifest without sidecars, or remove the annotation.',
  };
  const spot = { manifest, steps: [...found.steps, ...podSteps] };
  const isForged = !removal && isObject(annotations) && annotations[statusKey] !== undefined;
  return {
    ...{ manifest, found, podSteps, removal },
    outcome: {
      kind: 'Unchanged',
      reasons: [{ code: 'nothing-asked', path, message: `It has no ${statusKey}.` }],
      ...{ sidecars: [], warnings: [] },
    },
    problems: isForged ? [fileProblem(problem, spot, found.title, locator)] : [],
  };
}

function help(flags: string): string {
  return `Removes from Kubernetes manifests what 'sidecar inject' or the webhook has added: the annotation ${statusKey}
says what that is. The annotations that ask for sidecars stay, and everything else keeps its comments, order and formatting.

Usage: sidecar uninject -f FILE|DIR|URL|- [flags]

Flags:
${flags}
Examples:
  sidecar uninject -f injected.yaml > plain.yaml
  kubectl get deployment web -o yaml | sidecar uninject -f - -o diff
`;
}
