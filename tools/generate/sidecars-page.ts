import type { Parameter } from '../../src/language/parameter.ts';
import type { ParameterType } from '../../src/language/types/parameter-type.ts';
import { parameterTypes } from '../../src/language/types/registry.ts';
import type { Template } from '../../src/template/template.ts';
import { defaultInWords } from './default-in-words.ts';

const byAnnotation = ['| annotation | value | default | meaning |', '|---|---|---|---|'];

/** docs/sidecars.md: every sidecar of the catalog with every annotation, generated from the templates themselves. */
export function sidecarsPage(templates: readonly Template[]): string {
  const list = templates.map(({ name, document }) => row([`[\`${name}\`](#${name})`, document.spec.summary]));
  return [
    '# Sidecars and their annotations',
    '',
    'Generated from the templates in `src/catalog/` by `npm run generate`.',
    '',
    ...['| sidecar | what it does |', '|---|---|', ...list],
    '',
    'To use a sidecar twice in one pod, append a dot and an instance name to its annotations:',
    '`sidecar.io/git-repo.docs`. The [common parameters](#common-parameters) apply to every sidecar.',
    '[failures.md](failures.md) says what each sidecar does when something fails.',
    '',
    ...templates.flatMap(sectionOf),
    ...commonSection(templates),
  ].join('\n');
}

function sectionOf(template: Template): string[] {
  const { name, document, parameters, activating, failurePolicy } = template;
  const switches = activating.map((parameter) => `\`sidecar.io/${name}-${parameter}\``);
  const unavailable =
    failurePolicy === 'Fail'
      ? 'While no injector is available, a pod that asks for it is not created (`failurePolicy: Fail`).'
      : 'While no injector is available, a pod that asks for it is created without it (`failurePolicy: Ignore`).';
  const own = document.spec.parameters.flatMap(({ name: word }) => parameters.get(word) ?? []);
  const rows = own.map((parameter) => {
    const { declaration } = parameter;
    const fallback = declaration.required ? 'required' : defaultInWords(declaration.default);
    return row([
      `\`sidecar.io/${name}-${parameter.name}\``,
      allowedValues(parameter),
      fallback,
      declaration.description,
    ]);
  });
  return [
    `## ${name}`,
    '',
    document.spec.summary,
    '',
    `Turned on by ${[`\`sidecar.io/${name}: "true"\``, ...switches].join(' or ')}.`,
    unavailable,
    '',
    ...byAnnotation,
    ...rows,
    '',
  ];
}

/** The parameters that templates do not declare, once for all sidecars, and the defaults that differ between them. */
function commonSection(templates: readonly Template[]): string[] {
  const common = new Map<string, { readonly parameter: Parameter; readonly of: Template[] }>();
  for (const template of templates) {
    const own = new Set(template.document.spec.parameters.map(({ name }) => name));
    for (const parameter of template.parameters.values()) {
      if (own.has(parameter.name)) continue;
      const known = common.get(parameter.name);
      if (known) known.of.push(template);
      else common.set(parameter.name, { parameter, of: [template] });
    }
  }
  const rows = [...common.values()].map(({ parameter, of }) => {
    const only = of.length === templates.length ? '' : ` Only for ${of.map(({ name }) => `\`${name}\``).join(', ')}.`;
    const meaning = `${parameter.declaration.description}${only}`;
    return row([`\`sidecar.io/<sidecar>-${parameter.name}\``, allowedValues(parameter), meaning]);
  });
  const defaultOf = (template: Template, name: string) =>
    defaultInWords(template.parameters.get(name)?.declaration.default);
  const withDefaults = [...common.keys()].filter((name) =>
    templates.some((template) => defaultOf(template, name) !== ''),
  );
  const defaults = templates.map((template) =>
    row([`\`${template.name}\``, ...withDefaults.map((name) => defaultOf(template, name))]),
  );
  return [
    '## Common parameters',
    '',
    ...['| annotation | value | meaning |', '|---|---|---|', ...rows],
    '',
    'Their defaults:',
    '',
    row(['sidecar', ...withDefaults.map((name) => `\`${name}\``)]),
    `|---|${withDefaults.map(() => '---|').join('')}`,
    ...defaults,
    '',
  ];
}

/** What can be written: the choices of an enum, else the type with its bounds. */
function allowedValues({ declaration }: Parameter): string {
  const { shown }: ParameterType = parameterTypes[declaration.type];
  return shown?.(declaration) ?? declaration.type;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`.replaceAll(
    '|  |',
    '| |',
  );
}
