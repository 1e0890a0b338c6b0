import { isObject, type JsonObject } from '../../core/json.ts';

const decoder = new TextDecoder();

/** The object whose JSON these bytes are together; undefined where they are none. */
export function objectIn(...parts: readonly Uint8Array[]): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(parts.map((part) => decoder.decode(part)).join(''));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
