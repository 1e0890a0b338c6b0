import { instanceName } from '../../core/instance.ts';
import type { InjectedSidecar, Outcome } from '../../core/outcome.ts';
import type { Problem } from '../../core/problem.ts';
import type { SelectedInstance } from '../../select/select.ts';
import type { State } from '../../state/state.ts';
import { planFor } from '../cache.ts';
import { inject } from '../inject.ts';
import type { InjectionRequest } from '../injection-request.ts';
import { readRequest } from '../request.ts';
import { addedBy } from './added.ts';
import { otherImages } from './changed.ts';
import type { OtherImage } from './finding.ts';

/** A parameter with another value. `null` where it has none. */
export interface OtherSetting {
  readonly parameter: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What would be different in a new pod if the state were another one. */
export type Change =
  | { readonly kind: 'added'; readonly sidecar: string; readonly source: string }
  | { readonly kind: 'removed'; readonly sidecar: string }
  /** Without settings and images, something else in its template is different. */
  | {
      readonly kind: 'changed';
      readonly sidecar: string;
      readonly settings: readonly OtherSetting[];
      readonly images: readonly OtherImage[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** It is refused now, and would not be. */
  | { readonly kind: 'admitted' };

/** Compares what becomes of a pod now with what would become of it in another state. Nothing is thrown. */
export function impactOnPod(request: InjectionRequest, now: State, then: State): readonly Change[] {
  const [before, after] = [inject(request, now), inject(request, then)];
  if (!('sidecars' in after)) return 'sidecars' in before ? [{ kind: 'refused', problems: problemsOf(after) }] : [];
  if (!('sidecars' in before)) return [{ kind: 'admitted' }];
  const [had, gets] = [addedBy(before).containers, addedBy(after).containers];
  const changed = ({ name, source, hash, containers }: InjectedSidecar): readonly Change[] => {
    const former = before.sidecars.find((each) => each.name === name);
    if (!former) return [{ kind: 'added', sidecar: name, source }];
    if (former.hash === hash) return [];
    const images = otherImages(containers, had, gets, (from, to) => from === to);
    const settings = otherSettings(name, request, now, then).filter((setting) => !isShown(setting, images));
    return [{ kind: 'changed', sidecar: name, settings, images }];
  };
  const removed = before.sidecars.filter(({ name }) => !after.sidecars.some((each) => each.name === name));
  return [
    ...after.sidecars.flatMap(changed),
    ...removed.map(({ name }): Change => ({ kind: 'removed', sidecar: name })),
  ];
}

function problemsOf(outcome: Extract<Outcome, { kind: 'Refused' | 'Failed' }>): readonly Problem[] {
  return outcome.kind === 'Failed' ? [outcome.problem] : outcome.problems;
}

/** A setting that is the image of a container is said once. */
function isShown({ from, to }: OtherSetting, images: readonly OtherImage[]): boolean {
  return images.some((image) => image.from === from && image.to === to);
}

function otherSettings(name: string, request: InjectionRequest, now: State, then: State): readonly OtherSetting[] {
  const [before, after] = [now, then].map((state) => instanceOf(name, request, state));
  if (!before || !after) return [];
  return [...after.template.parameters.values()].flatMap(({ name: parameter, field }) => {
    const [from, to] = [before, after].map(({ scope }) => textOf(scope.params[field]));
    return from === to ? [] : [{ parameter, from: from ?? null, to: to ?? null }];
  });
}

function textOf(value: unknown): string | null {
  return value == null ? null : String(value);
}

/** The instance of a sidecar with its settings. */
function instanceOf(name: string, request: InjectionRequest, state: State): SelectedInstance | undefined {
  const read = readRequest(request, state);
  if ('outcome' in read) return undefined;
  return planFor(read.planRequest).plan.selection.instances.find(
    ({ template, instance }) => instanceName(template.name, instance) === name,
  );
}
