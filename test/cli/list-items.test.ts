// The items of a list, read one by one from its JSON, are those that JSON.parse gives.

import { expect, it } from 'vitest';
import { listItems } from '../../src/cli/cluster/list-items.ts';
import { fc } from '../fast-check.ts';

function read(text: string) {
  const generator = listItems(new TextEncoder().encode(text));
  const items = [];
  let next = generator.next();
  for (; !next.done; next = generator.next()) items.push(next.value);
  return { items, list: next.value };
}

const item = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { noNullPrototype: true });

it('reads any list, with its keys in any order', () => {
  fc.assert(
    fc.property(fc.array(item), fc.jsonValue(), fc.boolean(), fc.constantFrom(0, 2), (items, more, isFirst, indent) => {
      const metadata = { continue: '"items":[{', more };
      const list = isFirst ? { items, metadata, items2: items } : { kind: 'PodList', metadata, items };
      const { items: _, ...rest } = list;
      expect(read(JSON.stringify(list, null, indent))).toEqual(
        JSON.parse(JSON.stringify({ items, list: { ...rest, items: [] } })),
      );
    }),
  );
});

it('reads a list that Go has left empty', () => {
  expect(read('{"items":null}')).toEqual({ items: [], list: { items: null } });
});

it.each(['', 'Unable to connect', '{"kind":"Status"}', '{"items":[{]}', '{"items":[{"a":1}', '[{}]', '{"a":"'])(
  'gives no list for %j',
  (text) => expect(read(text).list).toBeUndefined(),
);
