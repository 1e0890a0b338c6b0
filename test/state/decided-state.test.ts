import { expect, it } from 'vitest';
import type { TemplateObject, Verdict } from '../../src/core/objects.ts';
import { createDecidedState, withForm } from '../../src/state/decided-state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';

const classic = { version: '1.28.2', nativeSidecars: false, reason: 'The API server runs Kubernetes 1.28.2.' };
const native = { version: '1.36.0', nativeSidecars: true, reason: '--native is true.' };

it('a decision is in the state, which is otherwise the same', () => {
  const { cluster, nativeReason, ...rest } = createDecidedState()(builtInState, classic);
  expect(cluster).toEqual({ version: '1.28.2', nativeSidecars: false, assignsUsers: false });
  expect(nativeReason).toBe(classic.reason);
  const { cluster: _, ...others } = builtInState;
  expect(rest).toEqual(others);
});

it('the same decision about the same state gives the same object, another decision or state another', () => {
  const decide = createDecidedState();
  const first = decide(builtInState, classic);
  expect(decide(builtInState, classic)).toBe(first);
  expect(decide(builtInState, native)).toMatchObject({ cluster: { nativeSidecars: true } });
  const other = { ...builtInState, namespaces: new Map([['shop', { annotations: {} }]]) };
  expect(decide(other, native).namespaces.has('shop')).toBe(true);
});

it('templates in use say the form of their sidecars, others only what is wrong', () => {
  const [used, broken] = [template('used'), template('broken')];
  const verdicts = new Map<TemplateObject, Verdict>([
    [used, { ready: true, message: 'x' }],
    [broken, { ready: false, message: 'y' }],
  ]);
  expect([...withForm(verdicts, classic)]).toEqual([
    [used, { ready: true, message: 'x', form: 'Classic', formReason: classic.reason }],
    [broken, { ready: false, message: 'y' }],
  ]);
  expect(withForm(verdicts, native).get(used)).toMatchObject({ form: 'Native', formReason: native.reason });
});
