// JSON Schemas with which editors complete and check templates and policies, from the schemas that also read the
// objects.
import * as z from 'zod';
import { policyKind } from '../../src/policy/compile.ts';
import { policyName, policySpecSchema } from '../../src/policy/schema.ts';
import { templateSchema } from '../../src/template/schema.ts';

const policySchema = z.strictObject({
  apiVersion: z.literal('sidecar.io/v1alpha1'),
  kind: z.literal(policyKind),
  metadata: z.looseObject({ name: policyName }),
  spec: policySpecSchema,
  status: z.unknown().optional().describe('Written by the injector, never read.'),
});

/** The files of the folder `schemas`. Draft 7 is what the YAML language server knows best. */
export function editorSchemas(): readonly (readonly [string, string])[] {
  const text = (schema: z.ZodType) =>
    `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', target: 'draft-7', reused: 'inline' }), null, 2)}\n`;
  const template = templateSchema.describe('Declares a sidecar. docs/templates.md describes the language.');
  const policy = policySchema.describe(
    'Which sidecars pods must, may and must not have. docs/policies.md describes it.',
  );
  return [
    ['schemas/template.json', text(template)],
    ['schemas/policy.json', text(policy)],
  ];
}
