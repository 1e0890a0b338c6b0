import { z } from 'zod';

/** The types a parameter can have. */
export const parameterTypes = [
  'string',
  'integer',
  'boolean',
  'port',
  'duration',
  'quantity',
  'path',
  'url',
  'enum',
  'list',
] as const;
export type ParameterType = (typeof parameterTypes)[number];

/** Names of sidecars and parameters. */
export const word = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower case words joined by hyphens')
  .max(40);
/** What YAML may write without quotes, as text. */
export const scalar = z
  .union([z.string(), z.number(), z.boolean()], 'must be text, a number, true or false')
  .transform(String);
export const parameterSchema = z
  .strictObject({
    name: word.describe('The word after the sidecar in the annotation; expressions see it in camelCase.'),
    type: z.enum(parameterTypes),
    description: z.string().min(1),
    required: z.boolean().optional().describe('The sidecar cannot do without it.'),
    activates: z.boolean().optional().describe('Setting it turns the sidecar on.'),
    default: scalar
      .optional()
      .describe('As one would write it in the annotation; may hold ${ CEL } over other parameters.'),
    example: scalar.optional(),
    values: z.array(z.string()).min(1).max(64).optional().describe('The choices of an enum.'),
    pattern: z.string().max(500).optional().describe('RE2; the whole string (each item of a list) must match.'),
    hint: z.string().optional().describe('What the pattern asks for, in words: it follows "Write" in a problem.'),
    min: scalar.optional(),
    max: scalar.optional(),
    maxLength: z.number().int().positive().max(65_536).optional(),
    schemes: z
      .array(z.string())
      .min(1)
      .max(16)
      .optional()
      .describe('Of a url; the pseudo-scheme scp means user@host:path.'),
    relative: z.boolean().optional().describe('Of a path.'),
    deprecated: z
      .string()
      .min(1)
      .optional()
      .describe('What to use instead: setting the parameter warns with this message.'),
  })
  .refine(({ required, default: value }) => required !== true || value === undefined, 'what is required has no default')
  .describe('A typed, documented setting, written as an annotation.');
export type ParameterDeclaration = z.infer<typeof parameterSchema>;
