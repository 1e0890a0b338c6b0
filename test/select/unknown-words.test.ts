// What is said of an annotation that nobody knows: a hint helps only if it leads to the sidecar that was meant.
import { describe, expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import type { Template } from '../../src/template/template.ts';
import { template } from '../api-server/cluster-templates.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState } from '../engine/state.ts';

function fixOf(word: string, state = builtInState): string {
  const pod = { metadata: { annotations: { [`sidecar.io/${word}`]: 'x' } }, spec: { containers: [{ name: 'app' }] } };
  const outcome = inject({ pod, namespace: 'default' }, state);
  if (outcome.kind !== 'Refused') throw new Error(outcome.kind);
  expect(outcome.problems.map(({ code }) => code)).toEqual(['unknown-annotation']);
  return outcome.problems[0]?.fix ?? '';
}

function compiled(name: string): Template {
  const result = compileTemplate(template(name, {}));
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

describe('an unknown annotation', () => {
  it.each([
    ['git-rpo', 'Did you mean sidecar.io/git-repo?'],
    ['git-rpo.docs', 'Did you mean sidecar.io/git-repo.docs?'],
    ['gti-repo', 'Did you mean sidecar.io/git-repo?'],
    ['GIT-REPO', 'Did you mean sidecar.io/git-repo?'],
    ['Git_Known_Hosts', 'Did you mean sidecar.io/git-known-hosts?'],
    ['inject.docs', 'Did you mean sidecar.io/inject?'],
    ['injct.docs', 'Did you mean sidecar.io/inject?'],
    ['topz-prot', 'Did you mean sidecar.io/topz-port?'],
  ])('%s is likely a slip: %s', (word, fix) => {
    expect(fixOf(word)).toBe(fix);
  });

  it.each([
    ['topz-container', 'topz'],
    ['topz-colour', 'topz'],
    ['git-https-secret', 'git'],
    ['config-maps', 'config'],
  ])('%s leads to the parameters of its own sidecar, never to those of another', (word, name) => {
    const own = [...(builtInState.catalog.templates.find((one) => one.name === name)?.parameters.keys() ?? [])];
    expect(own).toContain('image');
    expect(fixOf(word)).toBe(`The parameters of ${name} are: ${own.join(', ')}.`);
  });

  it('belongs to the longest name that it begins with', () => {
    const { catalog } = buildCatalog([compiled('a'), compiled('a-b')]);
    expect(fixOf('a-b-colour', { ...builtInState, catalog })).toMatch(/^The parameters of a-b are: /);
  });
});
