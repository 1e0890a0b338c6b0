import type { Annotations } from '../../core/from-workload.ts';
import { isCarried } from '../../core/from-workload.ts';
import { instanceName } from '../../core/instance.ts';
import { type Layer, pathOf } from '../../core/source.ts';
import type { Mention } from '../../select/gather.ts';
import type { Evidence } from './evidence.ts';
import type { EventFacts } from './facts.ts';
import { pathIn } from './path-in.ts';

/** A setting of a sidecar, and where it was written: `metadata.annotations['sidecar.io/topz-port']`, or `default`. */
export interface SettingStory {
  readonly parameter: string;
  readonly value: string;
  readonly source: string;
}

export interface SidecarStory {
  readonly name: string;
  readonly injected: boolean;
  readonly why: string;
  readonly settings: readonly SettingStory[];
}

/** How the decision came about, from the namespace to each sidecar. */
export interface Story {
  readonly namespace: Annotations;
  readonly policies: readonly { readonly name: string; readonly action: string; readonly says: string }[];
  readonly workload: Annotations;
  readonly pod: Annotations;
  /** Each entry of the webhook configuration, and why it is for the pod or not. Empty where that is not known. */
  readonly webhooks: readonly { readonly name: string; readonly failurePolicy: string; readonly asked: string }[];
  readonly sidecars: readonly SidecarStory[];
  readonly warnings: readonly string[];
  readonly events: readonly EventFacts[];
}

const skipped = {
  namespace: 'no: its namespaceSelector leaves out the namespace',
  pod: 'no: its objectSelector leaves out the pod',
  condition: 'no: its conditions leave out the pod',
};

export function storyOf(evidence: Evidence): Story {
  const { plan, mentions, entries, outcome, live } = evidence;
  const layers = plan?.layers ?? [];
  return {
    namespace: annotationsIn(layers, 'namespace'),
    policies: (plan?.policies ?? []).map(({ name, action, require, broken = [], forbid }) => ({
      ...{ name, action },
      says: [
        ...[...require, ...broken].map(({ sidecar }) => `requires ${sidecar}`),
        ...[...forbid].map((each) => `forbids ${each}`),
      ].join(', '),
    })),
    workload: annotationsIn(layers, 'workload'),
    pod: annotationsIn(layers, 'pod'),
    webhooks: (entries ?? []).map(({ entry: { name, failurePolicy }, skipped: reason }) => ({
      ...{ name, failurePolicy },
      asked: reason === undefined ? 'yes' : skipped[reason],
    })),
    sidecars: mentions.map((mention) => sidecarStory(mention, evidence)),
    warnings: 'warnings' in outcome ? outcome.warnings.filter(({ audit }) => !audit).map(({ message }) => message) : [],
    events: live?.events ?? [],
  };
}

function annotationsIn(layers: readonly Layer[], kind: Layer['kind']): Annotations {
  const annotations = layers.find((layer) => layer.kind === kind)?.annotations ?? {};
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => isCarried(key)));
}

function sidecarStory(mention: Mention, evidence: Evidence): SidecarStory {
  const { instances, outcome, request } = evidence;
  const { template, instance, settings } = mention;
  const name = instanceName(template.name, instance);
  const selected = instances.find((each) => each.template === template && each.instance === instance);
  const written = [...settings].map(([parameter, { text, source }]) => ({
    parameter,
    value: text,
    source: pathIn(request, pathOf(source)),
  }));
  const defaults = [...template.parameters.values()]
    .filter((parameter) => !settings.has(parameter.name))
    .map(({ name: parameter, field }) => ({ parameter, value: selected?.scope.params[field], source: 'default' }))
    .flatMap(({ value, ...each }) =>
      value === undefined || value === null ? [] : [{ ...each, value: String(value) }],
    );
  const isRefused = outcome.kind === 'Refused';
  const why = selected
    ? `${pathIn(request, pathOf(selected.source))} turns it on${isRefused ? ', but the pod is refused' : ''}`
    : whyNot(mention, evidence);
  const all = request.sidecar === undefined ? written : [...written, ...defaults];
  return { name, injected: selected !== undefined && !isRefused, why, settings: all };
}

function whyNot({ switch: decided, leftOut }: Mention, { optedOut, outcome, request }: Evidence): string {
  const off = optedOut ?? (decided?.on === false ? decided.source : undefined);
  if (off) return `${pathIn(request, pathOf(off))} is "false"`;
  if (decided && outcome.kind === 'Refused') return 'the pod is refused';
  return leftOut ? 'what the namespace says has no effect on this pod' : 'nothing turns it on';
}
