import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inject } from '../../src/engine/inject.ts';
import { parameterSchema } from '../../src/language/parameter-declaration.ts';
import { scopeFields, vocabularyOf } from '../../src/language/scope.ts';
import { compileTree, renderNode } from '../../src/language/tree.ts';
import { parameterTypes } from '../../src/language/types/registry.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { templateSpecSchema } from '../../src/template/schema.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState } from '../engine/state.ts';

const page = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
const [, spec = '', parameter = ''] = page.split(/^## Fields.*$/m);

/** The names in the first column of the table of a section. */
function namesIn(section: string): string[] {
  const cells = section.split('\n').flatMap((line) => /^\| (`.*?) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));
}

describe('docs/templates.md', () => {
  it('names every field of a template, and none that does not exist', () => {
    expect(namesIn(spec).sort()).toEqual(Object.keys(templateSpecSchema.shape).sort());
    expect(namesIn(parameter).sort()).toEqual(Object.keys(parameterSchema.shape).sort());
    for (const type of Object.keys(parameterTypes)) expect(parameter).toContain(`\`${type}\``);
    for (const variable of Object.keys(scopeFields)) expect(page).toContain(`| \`${variable}\` |`);
  });

  it('shows a template that works as it says', () => {
    const template = compileTemplate(parse(/```yaml\n(apiVersion[\s\S]*?)```/.exec(page)?.[1] ?? ''));
    if ('problems' in template) throw new Error(JSON.stringify(template.problems));
    const { catalog } = buildCatalog([...builtInState.catalog.templates, template]);
    const pod = {
      metadata: { annotations: { 'sidecar.io/greeter-text': 'hello' } },
      spec: { containers: [{ name: 'web' }] },
    };
    const outcome = inject({ pod, namespace: 'default' }, { ...builtInState, catalog });
    const text = JSON.stringify(outcome);
    expect(outcome.kind).toBe('Injected');
    expect(text).toContain('"containerPort":21090');
    expect(text).toContain('"/metadata/annotations/files.sidecar.io~1sidecar-greeter.index.html","value":"hello"');
  });

  it('shows how a list repeats something', () => {
    const tree = parse(/```yaml\n(volumes:[\s\S]*?)```/.exec(page)?.[1] ?? '');
    const node = compileTree(tree, [], vocabularyOf(['secrets', 'hosts']));
    if ('problems' in node) throw new Error(JSON.stringify(node.problems));
    const scope = {
      params: { secrets: ['a', 'b'], hosts: ['x', 'y'] },
      instance: { id: 'sidecar-demo', name: '', sidecar: 'demo', native: true },
      cluster: { version: '1.36.3', nativeSidecars: true, assignsUsers: false },
      injector: { version: '1', image: 'i' },
    };
    expect(renderNode(node, scope)).toEqual({
      volumes: [
        {
          name: 'sidecar-demo-sources',
          projected: { sources: [{ secret: { name: 'a' } }, { secret: { name: 'b' } }] },
        },
      ],
      args: ['--hosts=x:443,y:443'],
    });
  });
});
