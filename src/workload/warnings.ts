import { fromWorkloadKey, statusKey } from '../core/annotations.ts';
import type { ObjectReference } from '../core/event.ts';
import type { JsonObject } from '../core/json.ts';
import { controllerOf } from '../core/owner.ts';
import type { Warning } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { type CarriedTemplate, saysSomething } from './carried-templates.ts';
import { carrying } from './carry.ts';
import { isFixed } from './fixed.ts';
import { isBuiltIn, type WorkloadKind } from './kinds.ts';
import { laterNote } from './later.ts';
import { inWorkload } from './paths.ts';
import { annotationsOf } from './templates.ts';

const own = 'metadata.annotations';

/** What the author of a workload should know about the way of its annotations to the pods. */
export function workloadWarnings(
  kind: WorkloadKind,
  object: JsonObject,
  old: JsonObject | undefined,
  templates: readonly CarriedTemplate[],
): readonly Warning[] {
  const messages = new Map<string, Warning['code']>();
  for (const each of templates) {
    const path = inWorkload(pathOf({ kind: 'pod', key: fromWorkloadKey }), each.steps);
    for (const [code, message] of notes(kind, old, each)) messages.set(message.replace('PATH', path), code);
  }
  const changes = templates.some(({ text, before }) => text !== before);
  const later = old && changes ? laterNote(kind, object) : undefined;
  if (later !== undefined) messages.set(later, 'changes-later');
  const controller = controllerOf(object);
  if (controller && changes && saysSomething(object)) messages.set(ownedText(kind, controller), 'owned-workload');
  if (templates.length === 0 && saysSomething(object)) messages.set(noTemplateText(kind), 'no-pod-template');
  for (const key of [fromWorkloadKey, statusKey])
    if (annotationsOf(object)?.[key] !== undefined) messages.set(byHandText(key), 'written-by-injector');
  return [...messages].map(([message, code]) => ({ code, sidecar: '', message }));
}

/** What is to be said of one template; `PATH` stands for the path of what it carries. */
function* notes(
  kind: WorkloadKind,
  old: JsonObject | undefined,
  { template, former, present, before, text, said, says }: CarriedTemplate,
): Generator<readonly [Warning['code'], string]> {
  if (isFixed(kind, old) && says !== text && says !== said)
    yield [
      'template-fixed',
      `${own}: The pod template of a ${kind.kind} cannot change once the ${kind.kind} has started, so these annotations have no effect. Delete the ${kind.kind} and create it again.`,
    ];
  else if (present !== undefined && present !== text && present !== before)
    yield [
      'written-by-injector',
      `PATH: The injector has replaced this by what ${own} says. Write sidecar annotations there, or in the pod template.`,
    ];
  if (hasHistory(kind) && present === undefined && text !== undefined && text === before && isSame(template, former))
    yield [
      'written-by-injector',
      `PATH: This stays, because it follows ${own}. To undo it, remove the sidecar annotations there.`,
    ];
  if (!isBuiltIn(kind) && old && before === undefined && text !== undefined && said === text)
    yield [
      'annotations-lost',
      `PATH: The stored object did not have this. If it stays so, the definition of ${kind.kind} drops annotations of the pod template.`,
    ];
}

/** `rollout undo` restores only the template of these; that of a Deployment restores its annotations too. */
function hasHistory({ kind }: WorkloadKind): boolean {
  return kind === 'StatefulSet' || kind === 'DaemonSet';
}

/** True for templates that differ in nothing but what they carry. */
function isSame(a: JsonObject, b: JsonObject | undefined): boolean {
  const text = (template: JsonObject): string => JSON.stringify(carrying({ steps: [], template }, undefined));
  return b !== undefined && text(a) === text(b);
}

function ownedText({ kind }: WorkloadKind, owner: ObjectReference): string {
  return `metadata.ownerReferences: ${owner.kind} ${owner.name} controls this ${kind}, and can undo these annotations.`;
}

function noTemplateText({ kind, templates }: WorkloadKind): string {
  return `${own}: This ${kind} has no pod template at ${templates.join(' or ')}, so sidecar annotations have no effect.`;
}

function byHandText(key: string): string {
  return `${own}['${key}'] has no effect: only the injector writes it, on pods and pod templates. Remove it, and write annotations such as sidecar.io/topz.`;
}
