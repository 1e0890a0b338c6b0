import { objectsOf } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { inWorkload } from '../../workload/paths.ts';
import { type Injection, warningsOf } from './inject-object.ts';

/** One line for each pod or workload: `deployment/web: git, topz injected`. */
export function reportLines(injections: readonly Injection[]): string[] {
  return injections.map((injection) => {
    const { found, outcome } = injection;
    const done = doneText(injection);
    if (done !== undefined) return `${found.title}: ${printable(done)}`;
    const reasons = outcome.kind === 'Unchanged' ? outcome.reasons : [];
    return `${found.title}: unchanged: ${printable(reasons.map(({ message }) => message).join(' '))}`;
  });
}

/** What changed in a pod or workload: `git, topz injected`; undefined where nothing did. */
export function doneText({ outcome, removal }: Injection): string | undefined {
  const injected = outcome.kind === 'Injected' ? outcome.sidecars.map(({ name }) => name) : [];
  const gone = removal?.sidecars.filter((name) => !injected.includes(name)) ?? [];
  const done = [
    ...(injected.length > 0 ? [`${injected.join(', ')} injected`] : []),
    ...(gone.length > 0 ? [`${gone.join(', ')} removed`] : []),
  ];
  return done.length > 0 ? done.join(', ') : undefined;
}

/** The warnings of the engine, each with its object. */
export function warningLines(injections: readonly Injection[]): string[] {
  return injections.flatMap((injection) =>
    warningsOf(injection).map(
      ({ message }) => `${injection.found.title}: warning: ${printable(inWorkload(message, injection.podSteps))}`,
    ),
  );
}

/**
 * A line for each object with a variable that a sidecar adds to the app's value, in a second entry of the name.
 * `kubectl apply` knows entries by their name: with `--server-side` it refuses two of one name, without it an update
 * mixes them up.
 */
export function joinedLines(injections: readonly Injection[]): string[] {
  return injections.flatMap(({ found, outcome }) => {
    const added = outcome.kind === 'Injected' ? outcome.patch.filter(({ path }) => /\/env(\/-)?$/.test(path)) : [];
    const joined = objectsOf(added.flatMap(({ value }) => value)).filter(({ name, value }) =>
      String(value ?? '').includes(`$(${name})`),
    );
    const names = [...new Set(joined.map(({ name }) => name))].join(', ');
    if (names === '') return [];
    return `${found.title}: warning: The manifest has two entries for ${printable(names)}, which kubectl apply does not handle. Leave the injection to the webhook, or use kubectl replace.`;
  });
}

/** A line for each object of Knative that has sidecars now: Knative takes few of the fields that pods have. */
export function knativeLines(injections: readonly Injection[]): string[] {
  const changed = injections.filter(
    ({ found, outcome }) => found.workload?.names === 'knative' && outcome.kind === 'Injected',
  );
  return changed.map(
    ({ found }) =>
      `${found.title}: warning: Knative Serving refuses the fields of sidecars in its pod template, unless its feature flags allow them. Leave the injection to the webhook.`,
  );
}
