export const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** One condition on a label. */
export interface Requirement {
  readonly key: string;
  readonly operator: (typeof operators)[number];
  readonly values: readonly string[];
}

/** All of these must hold; an empty selector matches everything. */
export type Selector = readonly Requirement[];

export interface LabelSelector {
  readonly matchLabels?: { readonly [key: string]: string } | undefined;
  readonly matchExpressions?:
    | readonly {
        readonly key: string;
        readonly operator: Requirement['operator'];
        readonly values?: readonly string[];
      }[]
    | undefined;
}

export type Labels = { readonly [key: string]: string };

/** A label selector of Kubernetes as one list. */
export function selectorOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): Selector {
  return [
    ...Object.entries(matchLabels).map(([key, value]): Requirement => ({ key, operator: 'In', values: [value] })),
    ...matchExpressions.map(({ key, operator, values = [] }) => ({ key, operator, values })),
  ];
}

/** As `matchExpressions` of a label selector. */
export function expressionsOf(selector: Selector): readonly object[] {
  return selector.map(({ key, operator, values }) =>
    values.length > 0 ? { key, operator, values } : { key, operator },
  );
}

/** Whether labels are selected. As in Kubernetes, `NotIn` selects what does not have the label. */
export function selects(selector: Selector, labels: Labels): boolean {
  return selector.every(({ key, operator, values }) => allows(operator, values, labels[key]));
}

function allows(operator: Requirement['operator'], values: readonly string[], value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** Whether there can be labels that both selectors select. */
export function canOverlap(a: Selector, b: Selector): boolean {
  return a.every(({ key }) => canHave(key, a, b)) && b.every(({ key }) => canHave(key, a, b));
}

/** Whether a label can have a value, or be missing, as both selectors require. */
function canHave(label: string, a: Selector, b: Selector): boolean {
  const isOn = ({ key }: Requirement) => key === label;
  const areMet = (value: string | undefined) => {
    const isMet = (each: Requirement) => !isOn(each) || allows(each.operator, each.values, value);
    return a.every(isMet) && b.every(isMet);
  };
  const isIn = (each: Requirement) => isOn(each) && each.operator === 'In';
  const named = a.find(isIn) ?? b.find(isIn);
  if (named) return named.values.some(areMet);
  const isMissing = (each: Requirement) => isOn(each) && each.operator === 'DoesNotExist';
  // Without a list, there is a value that none of them names.
  return areMet(undefined) || !(a.some(isMissing) || b.some(isMissing));
}
