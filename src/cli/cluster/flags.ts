import { files, matching, named } from '../../flags/kinds.ts';
import type { Flag } from '../../flags/read-flags.ts';

/** The flags of kubectl that say which cluster is asked, and as whom. */
export const connectionFlags = [
  { name: 'context', kind: { ...named('NAME'), suggests: 'contexts' }, help: 'Context of the kubeconfig.' },
  { name: 'kubeconfig', kind: files('FILE'), help: 'Kubeconfig, instead of that of kubectl.' },
  { name: 'as', kind: named('USER'), help: 'User to impersonate.' },
] as const satisfies readonly Flag[];

/** Which namespace a command is about. */
export const namespaceFlag = {
  name: 'namespace',
  short: 'n',
  kind: {
    ...matching('NAME', 'a namespace name such as shop', /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/),
    suggests: 'namespaces',
  },
  help: 'Namespace, instead of that of the context.',
} as const satisfies Flag;
