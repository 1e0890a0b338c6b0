import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultInWords } from '../../tools/generate/default-in-words.ts';
import { builtInState } from '../engine/state.ts';

const page = readFileSync(new URL('../../docs/sidecars.md', import.meta.url), 'utf8');
const { templates } = builtInState.catalog;

describe('docs/sidecars.md', () => {
  it.each(templates.map((template) => [template.name, template] as const))(
    'names each annotation of %s once',
    (_, template) => {
      const own = new Set(template.document.spec.parameters.map(({ name }) => name));
      for (const name of template.parameters.keys()) {
        const key = own.has(name) ? `sidecar.io/${template.name}-${name}` : `sidecar.io/<sidecar>-${name}`;
        expect(page.split(`| \`${key}\` |`).length - 1, key).toBe(1);
      }
    },
  );

  it('shows no expression', () => expect(page).not.toContain('${'));
});

describe('a default in words', () => {
  it.each([
    [undefined, ''],
    ['10m', '`10m`'],
    ['${ injector.image }', "the injector's own image"],
    ["${ params.memoryLimit == 'params.a' ? 1 : 2 }", 'depends on `memory-limit`'],
    ['${ size(params.to) + size(params.files) + size(params.to) }', 'depends on `to` and `files`'],
    ["${ instance.name == '' ? '/git' : '/git-' + instance.name }", '`/git`, with the name of a further instance'],
    ['${ pod.containers[0].name }', 'depends on the pod'],
  ])('of %s', (value, words) => expect(defaultInWords(value)).toBe(words));
});
