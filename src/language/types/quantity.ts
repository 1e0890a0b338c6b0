import { quantityOf } from '../../core/units.ts';
import { bounded } from './bounded.ts';

/** Quantities as Kubernetes writes them. Expressions see the text. */
export const quantity = bounded({
  name: 'quantity',
  code: 'bad-quantity',
  noun: 'a Kubernetes quantity',
  measure: quantityOf,
  value: (text) => text,
  fix: () => 'Write a number with a unit, such as "250m" for CPU or "64Mi" for memory.',
  sample: '64Mi',
  longest: '123456789012345.123456789e+12'.length,
});
