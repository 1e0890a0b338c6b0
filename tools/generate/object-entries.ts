// The entries for workloads and namespaces where the injector does not register itself: its chart renders them.
import { stringify } from 'yaml';
import { objectEntries } from '../../src/state/object-entries.ts';
import { workloadKinds } from '../../src/workload/kinds.ts';

/** files/object-entries.yaml of the chart. Kinds that an operator declares are not in it. */
export function objectEntriesFile(): string {
  const entries = objectEntries(workloadKinds).map(({ name, failurePolicy, resources, scope, conditions }) => ({
    ...{ name, failurePolicy, scope },
    rules: [...resources].map(([group, plurals]) => ({ group, resources: plurals })),
    conditions: Object.entries(conditions).map(([name, expression]) => ({ name, expression })),
  }));
  return `# Written by \`npm run generate\` from src/state/object-entries.ts.\n${stringify(entries, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
