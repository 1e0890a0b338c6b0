// What is said of a template that is being written, beside the templates that there are.
import { describe, expect, it } from 'vitest';
import { extendCatalog } from '../../src/catalog/catalog.ts';
import { checkTemplate, compileObject } from '../../src/state/check-template.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';

function compiled(name: string, namespace?: string) {
  const result = compileObject(template(name, {}, namespace));
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

const own = compiled('own', 'shop');

/** A namespace with so many templates, beside the sidecars of the cluster. */
function stateWith(count: number) {
  const { catalog } = builtInState;
  const templates = [...catalog.templates, ...Array.from({ length: count }, (_, i) => ({ ...own, name: `own${i}` }))];
  return { ...builtInState, namespaces: new Map([['shop', { annotations: {}, catalog: { ...catalog, templates } }]]) };
}

describe('the limit of templates in a namespace', () => {
  it.each([
    ['the last one', 99, 'new', 'shop', []],
    ['one too many', 100, 'new', 'shop', [expect.stringMatching(/^metadata\.namespace: .* already has 100 templates/)]],
    ['a change of one', 100, 'own7', 'shop', []],
    ['one of another namespace', 100, 'new', 'other', []],
    ['one of the cluster', 100, 'new', undefined, []],
  ])('%s', (_, count, name, namespace, problems) => {
    expect(checkTemplate(template(name, {}, namespace), stateWith(count))).toEqual({ problems, warnings: [] });
  });

  it('does not count those of the cluster', () => {
    const { catalog } = builtInState;
    const shared = compiled('shared');
    const templates = Array.from({ length: 200 }, (_, i) => ({ ...shared, name: `shared${i}` }));
    const state = { ...builtInState, catalog: { ...catalog, templates: [...catalog.templates, ...templates] } };
    for (const namespace of ['shop', undefined])
      expect(checkTemplate(template('new', {}, namespace), state).problems).toEqual([]);
  });
});

it('a template of the cluster may replace a built-in, one of a namespace may not', () => {
  expect(checkTemplate(template('topz'), builtInState).problems).toEqual([]);
  expect(checkTemplate(template('topz', {}, 'shop'), builtInState).problems).toEqual([
    expect.stringMatching(/^metadata\.name: .*topz/),
  ]);
});

it('a template with problems gets no warnings about what it names', () => {
  const object = template('broken', { image: 7, conflicts: ['nosuch'] });
  expect(checkTemplate(object, builtInState)).toEqual({
    problems: [expect.stringMatching(/^spec\.image: /)],
    warnings: [],
  });
});

it('what the API server adds to an object is not part of the template', () => {
  const object = template('plain', {}, 'shop');
  const stored = { ...object, metadata: { ...object.metadata, uid: 'x', generation: 3 }, status: {} };
  expect(compileObject(stored)).toMatchObject({ name: 'plain', document: { metadata: object.metadata } });
  expect(extendCatalog(builtInState.catalog, [compiled('plain', 'shop')], { replace: false }).conflicts.size).toBe(0);
});
