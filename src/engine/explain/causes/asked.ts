import { templateOf } from '../../../catalog/catalog.ts';
import { injectKey } from '../../../core/annotations.ts';
import { pathOf } from '../../../core/source.ts';
import type { Evidence } from '../evidence.ts';
import { pathIn } from '../path-in.ts';
import { recreation } from '../recreate.ts';
import type { Words } from '../words.ts';
import { notCarried } from './not-carried.ts';
import { leftOut } from './refused.ts';

/** Nobody asks for the sidecar, or somebody asks where it does not count, or turns it off. */
export interface AskedCause extends Words {
  readonly family: 'asked';
  readonly kind:
    | 'misplaced'
    | 'not-carried'
    | 'opted-out'
    | 'turned-off'
    | 'not-turned-on'
    | 'not-enforced'
    | 'exempt'
    | 'no-containers'
    | 'nothing-asked';
}

export function askedCause(evidence: Evidence): AskedCause | undefined {
  const { outcome, wanted, misplaced, mentions, request, live } = evidence;
  if (outcome.kind === 'Refused' || outcome.kind === 'Failed' || wanted.length > 0) return undefined;
  if (leftOut(evidence).length > 0) return undefined;
  const again = live?.stored ? ` ${recreation(request)}` : '';
  const said = (kind: AskedCause['kind'], cause: string, fix: string): AskedCause => ({
    family: 'asked',
    ...{ kind, cause, fix: `${fix}${again}`.trim() },
  });
  const [first] = misplaced;
  if (first !== undefined) return said('misplaced', ...sentences(first));
  const lost = notCarried(evidence);
  if (lost !== undefined && live?.owner)
    return said('not-carried', lost, live.stored ? '' : `Annotate ${live.owner.title} again.`);
  const optedOut = outcome.kind === 'Unchanged' && outcome.reasons.find(({ code }) => code === 'opted-out');
  if (optedOut)
    return said(
      'opted-out',
      `${pathIn(request, optedOut.path)} is "false".`,
      turnOn(injectKey, optedOut.path, request),
    );
  const mirror = outcome.kind === 'Unchanged' && outcome.reasons.find(({ code }) => code === 'mirror-pod');
  if (mirror)
    return said('nothing-asked', 'The kubelet runs it as a static pod.', 'Write the sidecar into its manifest.');
  const bare = outcome.kind === 'Unchanged' && outcome.reasons.find(({ code }) => code === 'no-containers');
  if (bare)
    return said(
      'no-containers',
      `${pathIn(request, bare.path)}: The pod template has none.`,
      'Explain a pod that was made of it.',
    );
  const turnedOff = mentions.find(({ switch: decided }) => decided?.on === false)?.switch?.source;
  if (turnedOff) {
    const path = pathOf(turnedOff);
    return said('turned-off', `${pathIn(request, path)} is "false".`, turnOn(turnedOff.key, path, request));
  }
  return policyCause(evidence, said) ?? loneCause(evidence, said) ?? nothingAsked(evidence, said);
}

/** An annotation for sidecars among several that are right. */
export function misplacedCause({ misplaced, wanted }: Evidence): AskedCause | undefined {
  const [first] = wanted.length > 0 ? misplaced : [];
  if (first === undefined) return undefined;
  const [cause, fix] = sentences(first);
  return { family: 'asked', kind: 'misplaced', cause, fix };
}

type Said = (kind: AskedCause['kind'], cause: string, fix: string) => AskedCause;

/** How the annotation that turns sidecars off is taken back. */
function turnOn(key: string, path: string, { namespace }: Evidence['request']): string {
  return path.startsWith('namespace.')
    ? `Write ${key}: "true" on the pod, or run kubectl annotate namespace ${namespace} ${key}-.`
    : `Write "true", or remove the annotation.`;
}

/** A policy that is not enforced, or that exempts the pod, adds nothing. */
function policyCause({ outcome, plan, state, request }: Evidence, said: Said): AskedCause | undefined {
  const warning = 'warnings' in outcome ? outcome.warnings.find(({ code }) => code === 'sidecar-required') : undefined;
  if (warning) return said('not-enforced', warning.message, 'Set the action of the policy to Enforce.');
  const ofNamespace = state.namespaces.get(request.namespace)?.policies ?? [];
  const left = ofNamespace.find(
    (policy) =>
      !plan?.policies.includes(policy) &&
      policy.require.some(({ sidecar }) => request.sidecar === undefined || request.sidecar === sidecar),
  );
  if (!left) return undefined;
  const sidecars = left.require.map(({ sidecar }) => sidecar).join(', ');
  const cause = `The policy ${left.name} requires ${sidecars}, but does not apply to this pod: its podSelector does not match, or an exemption applies.`;
  return said('exempt', cause, `Change spec.podSelector or spec.exempt of the policy, or annotate the pod.`);
}

/** Settings without anything that turns the sidecar on. */
function loneCause({ mentions, request }: Evidence, said: Said): AskedCause | undefined {
  const [mention] = mentions;
  const source = mention && [...mention.settings.values()][0]?.source;
  if (!mention || !source) return undefined;
  const { name, activating } = mention.template;
  const key = activating[0] === undefined ? `sidecar.io/${name}: "true"` : `sidecar.io/${name}-${activating[0]}`;
  return said(
    'not-turned-on',
    `${pathIn(request, pathOf(source))} sets a parameter, and nothing turns ${name} on.`,
    `Add ${key}.`,
  );
}

function nothingAsked({ request, plan, state, live }: Evidence, said: Said): AskedCause {
  const { sidecar, written } = request;
  const { templates } = plan?.catalog ?? state.catalog;
  const known = templates.map(({ name }) => name);
  const example = sidecar ?? known.at(-1);
  if (sidecar !== undefined && !known.includes(sidecar))
    return said('nothing-asked', `The cluster has no sidecar ${sidecar}.`, `It has ${known.join(', ')}.`);
  const what = sidecar ?? 'a sidecar';
  const policies =
    live?.known.kind === 'unread' ? `. You may not list the ${live.known.what} of the cluster` : ', and no policy';
  const cause = `Nothing asks for ${what}: no annotation of the pod, its workload or its namespace${policies}.`;
  const path = written.role === 'pod' ? 'metadata.annotations' : "the workload's metadata.annotations";
  const template = templateOf(example, plan?.catalog ?? state.catalog);
  const [parameter] = template?.activating ?? [];
  const key = parameter === undefined ? `sidecar.io/${example}: "true"` : `sidecar.io/${example}-${parameter}`;
  return said('nothing-asked', cause, `Add ${key} to ${path}.`);
}

/** The first sentence, and the rest. A dot inside of a key ends none. */
function sentences(message: string): [string, string] {
  const end = message.indexOf('. ');
  return end < 0 ? [message, ''] : [message.slice(0, end + 1), message.slice(end + 2)];
}
