import { patchText } from '../../admission/patch-text.ts';
import type { Injection } from './inject-object.ts';

/** The patches byte for byte as the webhook answers them; for a single bare pod nothing but its patch. */
export function patchesText(injections: readonly Injection[]): string {
  const [only] = injections;
  if (injections.length === 1 && only?.podSteps.length === 0) return `${patchOf(only)}\n`;
  return injections.map((injection) => `${headerOf(injection)}\n${patchOf(injection)}\n`).join('');
}

/** The paths of a patch begin at the pod, so the header says where in the document that is. */
function headerOf({ manifest, found, podSteps }: Injection): string {
  const pointer = [...found.steps, ...podSteps].map((step) => `/${step}`).join('');
  const below = pointer === '' ? '' : `, paths below ${pointer}`;
  return `# ${manifest.file}, document ${manifest.number}, ${found.title}${below}`;
}

function patchOf({ outcome }: Injection): string {
  return patchText(outcome.kind === 'Injected' ? outcome.patch : []);
}
