import type { Parameter } from '../../src/language/parameter.ts';
import type { Template } from '../../src/template/template.ts';

/** docs/sidecars.md: every sidecar of the catalog with every annotation, made from the templates themselves. */
export function sidecarsPage(templates: readonly Template[]): string {
  const list = templates.map(({ name, document }) => `- [\`${name}\`](#${name}): ${document.spec.summary}`);
  return [
    '# Sidecars and their annotations',
    '',
    'Made from the templates in `src/catalog/` by `npm run generate`; what stands here is what the injector dependencies.',
    '',
    ...list,
    '',
    'A further instance of a sidecar is written with a name after a dot: `sidecar.io/git-repo.docs`.',
    '',
    ...templates.flatMap(sectionOf),
  ].join('\n');
}

function sectionOf(template: Template): string[] {
  const { name, document, parameters, activating, failurePolicy } = template;
  const own = new Set(document.spec.parameters.map((parameter) => parameter.name));
  const all = [...parameters.values()];
  const switches = activating.map((parameter) => `\`sidecar.io/${name}-${parameter}\``);
  const away = failurePolicy === 'Fail' ? 'is not started without it' : 'starts without it';
  return [
    `## ${name}`,
    '',
    document.spec.summary,
    '',
    `Turned on by ${[`\`sidecar.io/${name}: "true"\``, ...switches].join(' or ')}. When no injector answers, a pod that asks for it ${away}.`,
    '',
    ...tableOf(
      name,
      all.filter((parameter) => own.has(parameter.name)),
    ),
    '',
    'Common to all sidecars:',
    '',
    ...tableOf(
      name,
      all.filter((parameter) => !own.has(parameter.name)),
    ),
    '',
  ];
}

function tableOf(sidecar: string, parameters: readonly Parameter[]): string[] {
  const rows = parameters.map(({ name, declaration }) => {
    const { type, values, default: value, required, description, min, max } = declaration;
    const bounds = min === undefined && max === undefined ? '' : ` (${min ?? ''} … ${max ?? ''})`;
    const kind = values ? values.map((choice) => `\`${choice}\``).join(', ') : `${type}${bounds}`;
    const fallback = required ? 'required' : value === undefined ? '' : `\`${value.replace(/\s+/g, ' ')}\``;
    return `| \`sidecar.io/${sidecar}-${name}\` | ${cell(kind)} | ${cell(fallback)} | ${cell(description)} |`;
  });
  return ['| annotation | value | default | meaning |', '|---|---|---|---|', ...rows];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
