import * as z from 'zod';

/** What YAML may write without quotes, as text. */
export const scalar = z
  .union([z.string(), z.number(), z.boolean()], 'must be text, a number, true or false')
  .transform(String);

/** The fields of a declaration that only some types use. */
export const typeFields = {
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
};

/** These fields as a declaration holds them, with the example, which problems can show. */
export type DeclaredFields = z.infer<z.ZodObject<typeof typeFields & { example: z.ZodOptional<z.ZodString> }>>;
