import type { Template } from '../../template/template.ts';

/** Whether a word is in the name of a sidecar, in its summary, or in the name or description of a parameter. */
export function mentions({ name, document, parameters }: Template, word: string): boolean {
  const ofParameters = [...parameters.values()].flatMap((each) => [each.name, each.declaration.description]);
  const texts = [name, document.spec.summary, ...ofParameters];
  return texts.some((text) => text.toLowerCase().includes(word.toLowerCase()));
}
