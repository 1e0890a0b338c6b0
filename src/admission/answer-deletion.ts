import { prefix } from '../core/annotations.ts';
import type { TemplateUsers } from '../core/template-users.ts';
import type { State } from '../state/state.ts';
import { type ReviewAnswer, responseText } from './answer-review.ts';
import { warningsFor } from './messages.ts';
import type { ReviewRequest } from './review.ts';
import { templateFactsOf } from './template-facts.ts';

/**
 * The answer to the deletion of a template: never a refusal, because a namespace must be able to go, and a release to
 * be uninstalled; but who uses it is said. `users` is a text where they could not be found, and undefined where nobody
 * looks.
 */
export function answerDeletion(
  request: ReviewRequest,
  state: State,
  users: TemplateUsers | string | undefined,
): ReviewAnswer {
  const { uid, name, namespace } = request;
  const warnings = [
    ...(namespace === '' ? policyWarnings(name, state) : []),
    ...podWarnings(name, users),
    ...namespaceWarnings(name, namespace, state),
  ];
  const text = responseText({
    ...{ uid, allowed: true },
    ...(warnings.length > 0 ? { warnings: warningsFor(warnings) } : {}),
  });
  return {
    ...{ httpStatus: 200, text, contentType: 'application/json' },
    checked: templateFactsOf(request, [], warnings),
  };
}

function podWarnings(name: string, users: TemplateUsers | string | undefined): string[] {
  if (typeof users === 'string') return [`The pods that have the sidecar ${name} could not be listed: ${users}.`];
  const follows = `New pods that ask for ${name} are refused, unless another template has this name.`;
  if (!users) return [`Pods that have the sidecar ${name} keep it. ${follows}`];
  if (users.pods === 0) return [];
  const { pods, complete, owners, others } = users;
  const count = `${complete ? '' : 'at least '}${pods} ${pods === 1 ? 'pod has' : 'pods have'}`;
  const more = others === 0 ? '' : ` and ${others} more`;
  return [
    `${count[0]?.toUpperCase()}${count.slice(1)} the sidecar ${name}: ${owners.join(', ')}${more}.`,
    `They keep it. ${follows}`,
  ];
}

/** What namespaces ask for becomes a warning about each of their pods, which then start without it. */
function namespaceWarnings(name: string, namespace: string, { namespaces, catalog: shared }: State): string[] {
  const asking = [...namespaces].flatMap(([each, { annotations, catalog = shared }]) => {
    const isHere = namespace === '' || namespace === each;
    return isHere && Object.keys(annotations).some((key) => catalog.words.get(wordOf(key))?.template.name === name)
      ? each
      : [];
  });
  if (asking.length === 0) return [];
  return [`These namespaces have annotations for ${name}: ${few(asking)}. Their new pods will start without it.`];
}

/** What an enforced policy requires, pods cannot start without. */
function policyWarnings(name: string, { policies }: State): string[] {
  const requiring = policies.filter(
    ({ action, spec }) => action === 'Enforce' && spec.require.some(({ sidecar }) => sidecar === name),
  );
  if (requiring.length === 0) return [];
  const names = few(requiring.map((policy) => policy.name));
  return [`These policies require ${name}: ${names}. Without it, all new pods of their namespaces are refused.`];
}

function few(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}

/** `git-repo` of `sidecar.io/git-repo.docs`; empty for the annotations of others. */
function wordOf(key: string): string {
  return key.startsWith(prefix) ? (key.slice(prefix.length).split('.')[0] ?? '') : '';
}
