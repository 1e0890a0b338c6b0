import { describe, expect, it } from 'vitest';
import { parseCel } from '../../src/language/cel.ts';
import { addDependencies, type Fact, facts } from '../../src/language/dependencies.ts';
import { compileExpression } from '../../src/language/expression.ts';
import { vocabularyOf } from '../../src/language/scope.ts';
import { builtInState } from '../engine/state.ts';

function readBy(source: string): Fact[] {
  const dependencies = new Set<Fact>();
  const cel = parseCel(source);
  if ('problem' in cel) throw new Error(cel.problem);
  addDependencies(cel.term, dependencies);
  return [...dependencies];
}

const metadata = facts.filter((fact) => fact.startsWith('pod.metadata'));

describe('what an expression reads', () => {
  it.each<[string, readonly Fact[]]>([
    ['params.a == instance.id', []],
    ['pod.metadata.name', ['pod.metadata.name']],
    ['pod["metadata"].labels.app', ['pod.metadata.labels']],
    ['"app" in pod.metadata.labels', ['pod.metadata.labels']],
    ['has(pod.metadata.annotations.x)', ['pod.metadata.annotations']],
    ['pod.metadata.labels[pod.metadata.name]', ['pod.metadata.labels', 'pod.metadata.name']],
    ['pod.containers.map(c, c.name).join(",")', ['pod.containers']],
    ['pod.containers[0].ports[0].containerPort', ['pod.containers']],
    ['params.x ? namespaceObject.metadata.name : "a"', ['namespaceObject']],
    ['{"a": [pod.metadata.generateName]}', ['pod.metadata.generateName']],
    ['cluster.version', ['cluster']],
    ['cluster.assignsUsers', []],
    ['pod.metadata', metadata],
    ['pod.metadata[params.x]', metadata],
    ['pod[params.x]', [...metadata, 'pod.containers']],
    ['[pod].size()', [...metadata, 'pod.containers']],
  ])('%s', (source, expected) => expect(readBy(source).sort()).toEqual([...expected].sort()));

  it('is nothing in the built-in catalog', () => {
    for (const { name, dependencies } of builtInState.catalog.templates) expect([...dependencies], name).toEqual([]);
  });
});

describe('an expression is refused', () => {
  it.each<[string, RegExp]>([
    ['pod.spec.containers', /^pod has no field spec \(its fields: metadata, containers\)/],
    ['pod.metadata.uid', /^pod\.metadata has no field uid \(its fields: name, /],
    ['namespaceObject.labels', /^namespaceObject has no field labels/],
    ['namespace.metadata.name', /Reserved identifier: namespace: write namespaceObject\.metadata/],
    ['constructor.name', /Unknown variable: constructor/],
  ])('%s', (source, problem) =>
    expect(compileExpression(source, vocabularyOf([]))).toEqual({ problem: expect.stringMatching(problem) }),
  );
});
