import { Environment } from '@marcbachmann/cel-js';
import type { Json } from '../core/json.ts';

/** What a match condition of a webhook can read here: the object that is written, and its namespace. */
export interface ConditionScope {
  readonly object: Json;
  readonly request: { readonly namespace: string };
}

/** Without limits: the expressions are those that the injector wrote for the API server. */
const environment = new Environment()
  .registerVariable('object', 'dyn')
  .registerVariable('request', 'dyn')
  .registerFunction('string.charAt(int): string', (text: string, index: bigint) => text.charAt(Number(index)));

/**
 * Whether the condition of a webhook (CEL of the API server) is true of an object. Undefined where it cannot be
 * evaluated here: somebody else wrote it, with functions that only the API server has.
 */
export function meetsCondition(expression: string, scope: ConditionScope): boolean | undefined {
  try {
    const value = environment.evaluate(expression, { ...scope });
    return typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}
