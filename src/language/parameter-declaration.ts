import * as z from 'zod';
import { scalar, typeFields } from './types/fields.ts';
import { parameterTypes, type TypeName } from './types/registry.ts';

/** Names of sidecars and parameters. */
export const word = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower case words joined by hyphens')
  .max(40);

export const parameterSchema = z
  .strictObject({
    name: word.describe('The word after the sidecar in the annotation; expressions see it in camelCase.'),
    type: z.enum(Object.keys(parameterTypes) as TypeName[]), // the type of Object.keys forgets the keys
    description: z.string().min(1),
    required: z.boolean().optional().describe('The sidecar cannot do without it.'),
    activates: z.boolean().optional().describe('Setting it turns the sidecar on.'),
    default: scalar
      .optional()
      .describe('As one would write it in the annotation; may hold ${ CEL } over other parameters.'),
    example: scalar.optional(),
    ...typeFields,
    deprecated: z
      .string()
      .min(1)
      .optional()
      .describe('What to use instead: setting the parameter warns with this message.'),
  })
  .refine(({ required, default: value }) => required !== true || value === undefined, {
    path: ['default'],
    error: 'a required parameter cannot have a default: remove one of the two',
  })
  .describe('A typed, documented setting, written as an annotation.');
export type ParameterDeclaration = z.infer<typeof parameterSchema>;
