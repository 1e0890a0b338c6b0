import { statusKey } from '../../core/annotations.ts';
import { maxExplained, type Problem } from '../../core/problem.ts';
import { type Recreated, recreation } from '../explain/recreate.ts';
import type { Words } from '../explain/words.ts';
import type { Finding, OtherImage } from './finding.ts';
import type { Change } from './impact-on-pod.ts';

/** What is said of a finding, and what to do about it. */
export function findingWords(finding: Finding, pods: Recreated): Words {
  switch (finding.kind) {
    case 'missing':
      return missing(finding, pods);
    case 'outdated':
      return {
        cause: `${finding.sidecar} is out of date: its template, a setting or the injector has changed since${imagesText(finding.images)}.`,
        fix: recreation(pods),
      };
    case 'image':
      return {
        cause: `The image of ${finding.sidecar} was changed after injection, by hand or by another webhook${imagesText(finding.images)}.`,
        fix: recreation(pods),
      };
    case 'changed':
      return { cause: `${finding.fields.join(', ')}: changed after injection.`, fix: recreation(pods) };
    case 'extra':
      return { cause: `Nothing asks for ${finding.sidecar} any more.`, fix: recreation(pods) };
    case 'unreached':
      return {
        cause: `A new pod would not get ${finding.sidecar}: the API server does not call the injector for it.`,
        fix: `Run sidecar explain ${pods.live?.owner?.title ?? pods.title} -n ${pods.namespace} to see what leaves it out.`,
      };
    case 'refused':
      return refusalWords(finding.problems);
  }
}

/** What is said of a change; there is something to do only about a refusal. */
export function changeWords(change: Change): Words {
  switch (change.kind) {
    case 'added':
      return { cause: `A new pod would get ${change.sidecar}, which ${change.source} asks for.`, fix: '' };
    case 'removed':
      return { cause: `A new pod would not get ${change.sidecar} any more.`, fix: '' };
    case 'changed': {
      const texts = [
        ...change.settings.map(({ parameter, from, to }) => `${parameter}: ${from ?? 'not set'} → ${to ?? 'not set'}`),
        ...change.images.map(({ container, from, to }) => `image of ${container}: ${from} → ${to}`),
      ];
      const what = texts.length === 0 ? 'its template has changed' : texts.join('; ');
      return { cause: `A new pod would get another ${change.sidecar}: ${what}.`, fix: '' };
    }
    case 'admitted':
      return { cause: 'A new pod would no longer be refused.', fix: '' };
    case 'refused':
      return refusalWords(change.problems);
  }
}

function missing({ sidecar, source, was }: Finding & { kind: 'missing' }, pods: Recreated): Words {
  if (!was) return { cause: `It was created without ${sidecar}, which ${source} asks for.`, fix: recreation(pods) };
  return {
    cause: `${statusKey} says that the injector added ${sidecar}, and it is not there: another webhook removed it.`,
    fix: `Find it with kubectl get mutatingwebhookconfigurations, and exclude these pods there. ${recreation(pods)}`,
  };
}

/** ` (sidecar-topz: topz:1, today topz:2)`. */
function imagesText(images: readonly OtherImage[]): string {
  const texts = images.map(({ container, from, to }) => `${container}: ${from}, today ${to}`);
  return texts.length === 0 ? '' : ` (${texts.join('; ')})`;
}

/** Why a new pod would be refused, and what to write instead. */
function refusalWords(problems: readonly Problem[]): Words {
  const shown = problems.slice(0, maxExplained);
  const rest = problems.length > shown.length ? ` And ${problems.length - shown.length} more.` : '';
  const causes = shown.map(({ path, message, code }) => `${path === '' ? '' : `${path}: `}${message} [${code}]`);
  return {
    cause: `A new pod would be refused: ${causes.join(' ')}${rest}`,
    fix: [...new Set(shown.map(({ fix }) => fix))].join(' '),
  };
}
