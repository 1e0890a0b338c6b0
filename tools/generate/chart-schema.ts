/** The part of JSON Schema that values.schema.json uses. */
export interface ValueSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: ValueSchema;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly additionalProperties?: boolean | ValueSchema;
  readonly definitions?: Readonly<Record<string, ValueSchema>>;
}

/** The schema of the value at a path with dots, with its references followed; undefined where the schema has none. */
export function schemaAt(root: ValueSchema, path: string): ValueSchema | undefined {
  let schema: ValueSchema | undefined = root;
  for (const key of path.split('.')) schema = resolved(root, schema?.properties?.[key]);
  return schema;
}

function resolved(root: ValueSchema, schema: ValueSchema | undefined): ValueSchema | undefined {
  const name = schema?.$ref?.replace('#/definitions/', '');
  return name === undefined ? schema : root.definitions?.[name];
}

/** What may be written there, in one or two words: `integer`, `list of strings`, or the choices. */
export function typeInWords(root: ValueSchema, given: ValueSchema | undefined): string {
  const schema = resolved(root, given);
  if (!schema) return '';
  if (schema.enum)
    return [...new Set(schema.enum.filter((each) => each !== '').map((each) => `\`${each}\``))].join(', ');
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type === 'array') return `list of ${several(typeInWords(root, schema.items))}`;
  return `${schema.type ?? ''}`;
}

function several(word: string): string {
  return /^[a-z]+$/.test(word) ? `${word}s` : word;
}
