/** What expressions can read besides parameters, as a reader of the docs would call it. */
const variables: Readonly<Record<string, string>> = {
  instance: 'the name of the instance',
  cluster: 'the cluster',
  injector: 'the version of the injector',
  pod: 'the pod',
  namespaceObject: 'the namespace',
};

/**
 * The default of a parameter for a reader: a value as it is written, an expression by what it depends on, else nothing.
 */
export function defaultInWords(value: string | undefined): string {
  if (value === undefined) return '';
  if (!value.includes('${')) return `\`${value}\``;
  if (/^\$\{\s*injector\.image\s*\}$/.test(value)) return "the injector's own image";
  const [, unnamed] = /^\$\{\s*instance\.name == '' \? '([^']*)' :/.exec(value) ?? [];
  if (unnamed !== undefined) return `\`${unnamed}\`, with the name of a further instance`;
  // Texts in quotes hold no variables.
  const code = value.replace(/'[^']*'|"[^"]*"/g, "''");
  const parameters = [...code.matchAll(/\bparams\.(\w+)/g)].map((match) => `\`${wordOf(match[1] ?? '')}\``);
  const others = Object.keys(variables).filter((name) => new RegExp(`(?<![.\\w])${name}\\b`).test(code));
  const all = new Set([...parameters, ...(parameters.length > 0 ? [] : others.map((name) => variables[name] ?? name))]);
  return `depends on ${[...all].join(' and ')}`;
}

/** The word of an annotation, from the camelCase that expressions see. */
function wordOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
