import { expect, it } from 'vitest';
import { createDelivery } from '../../../src/programs/logship/deliver.ts';
import type { Verdict } from '../../../src/programs/logship/entry.ts';

it.each([
  [undefined, [500, 1000, 2000]],
  [0, [500, 1000, 2000]],
  [7000, [7000, 7000, 7000]],
  [9_000_000, [60_000, 60_000, 60_000]],
])(
  'a receiver that asks to be left alone for %s ms is, but neither asked without a pause nor forgotten',
  async (after, waits) => {
    const verdicts: Verdict[] = waits.map(() => ({ kind: 'later', why: 'the answer is 503', after }));
    const waited: number[] = [];
    const output = { send: async (): Promise<Verdict> => verdicts.pop() ?? { kind: 'taken' }, close() {} };
    const wait = async (milliseconds: number) => void waited.push(milliseconds);
    const deliver = createDelivery(output, () => {}, { hurried: () => false, wait });
    await deliver([{ file: 'a', text: 'a', time: 1n, id: 'a' }]);
    expect(waited).toEqual(waits);
  },
);
