import type { TemplateObject, Verdict } from '../core/objects.ts';
import type { NativeDecision } from './native-sidecars.ts';
import type { State } from './state.ts';

/**
 * Puts decisions into states. The same state and the same decision give the same object, as long as they are the last
 * ones.
 */
export function createDecidedState(): (state: State, decision: NativeDecision) => State {
  let last: { readonly from: State; readonly decision: NativeDecision; readonly decided: State } | undefined;
  return (from, decision) => {
    if (last?.from === from && last.decision === decision) return last.decided;
    const { version, nativeSidecars, reason } = decision;
    const decided = { ...from, cluster: { ...from.cluster, version, nativeSidecars }, nativeReason: reason };
    last = { from, decision, decided };
    return decided;
  };
}

/** The same verdicts; those on templates in use say what sidecars are. */
export function withForm(
  verdicts: ReadonlyMap<TemplateObject, Verdict>,
  { nativeSidecars, reason }: NativeDecision,
): ReadonlyMap<TemplateObject, Verdict> {
  const form = { form: nativeSidecars ? 'Native' : 'Classic', formReason: reason } as const;
  return new Map([...verdicts].map(([object, verdict]) => [object, verdict.ready ? { ...verdict, ...form } : verdict]));
}
