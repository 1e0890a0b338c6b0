import { boolean } from './boolean.ts';
import { duration } from './duration.ts';
import { enumeration } from './enum.ts';
import { integer } from './integer.ts';
import { list } from './list.ts';
import type { ParameterType } from './parameter-type.ts';
import { path } from './path.ts';
import { port } from './port.ts';
import { quantity } from './quantity.ts';
import { string } from './string.ts';
import { url } from './url.ts';

/** The types that a parameter can have, by the name that a declaration gives. */
export const parameterTypes = {
  string,
  integer,
  boolean,
  port,
  duration,
  quantity,
  path,
  url,
  enum: enumeration,
  list,
} satisfies Record<string, ParameterType>;

export type TypeName = keyof typeof parameterTypes;
