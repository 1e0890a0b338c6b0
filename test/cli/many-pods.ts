// A cluster of any number of pods, as kubectl would show it: a program called kubectl that serves pages of lists from
// files. One page of pods is made here, and each page that is served has names of its own.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { builtInState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';

export interface ManyPods {
  /** With the program `kubectl`. */
  readonly folder: string;
  remove(): void;
}

const perPage = 500;
const perOwner = 25;

/** Bookkeeping of the API server, which is half of what a pod takes. */
const managedFields = Array.from({ length: 3 }, (_, i) => ({
  ...{ manager: 'kubelet', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' },
  fieldsV1: Object.fromEntries(Array.from({ length: 40 }, (_, j) => [`f:field-${i}-${j}`, { '.': {} }])),
}));

function podOf(index: number): JsonObject {
  const owner = Math.floor(index / perOwner);
  const annotations = { 'sidecar.io/topz': 'true', 'sidecar.io/git-repo': 'https://git.example.com/a.git' };
  const pod = {
    metadata: {
      ...{ name: `web-PAGE-${index}`, namespace: 'ns-PAGE', uid: `pod-PAGE-${index}`, annotations },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `web-${owner}-5d5`,
          uid: `rs-PAGE-${owner}`,
          controller: true,
        },
      ],
      managedFields,
    },
    spec: {
      containers: [
        { name: 'web', image: 'web:1', env: Array.from({ length: 20 }, (_, i) => ({ name: `A_${i}`, value: 'b' })) },
      ],
    },
    status: { phase: 'Running' },
  };
  // One pod of each owner has come without its sidecars.
  const outcome = inject({ pod, namespace: 'shop' }, builtInState);
  const isBare = index % perOwner === 0;
  return isBare || outcome.kind !== 'Injected' ? pod : (apply(outcome.patch, pod) as JsonObject);
}

function ownersOf(kind: 'rs' | 'd', above: object): object[] {
  return Array.from({ length: perPage / perOwner }, (_, i) => ({
    metadata: {
      ...{
        name: kind === 'rs' ? `web-${i}-5d5` : `web-${i}`,
        namespace: 'ns-PAGE',
        uid: `${kind}-PAGE-${i}`,
        managedFields,
      },
      ...(kind === 'rs'
        ? {
            ownerReferences: [
              { apiVersion: 'apps/v1', kind: 'Deployment', name: `web-${i}`, uid: `d-PAGE-${i}`, controller: true },
            ],
          }
        : {}),
    },
    ...above,
  }));
}

/** Serves so many pages of 500 pods, 20 Deployments and 20 ReplicaSets each. */
export function startManyPods(pages: number): ManyPods {
  const folder = mkdtempSync(join(tmpdir(), 'many-pods-'));
  const list = (name: string, items: object[]) =>
    writeFileSync(join(folder, name), JSON.stringify({ kind: 'List', metadata: { continue: 'NEXT' }, items }));
  list(
    'pods',
    Array.from({ length: perPage }, (_, i) => podOf(i)),
  );
  list('replicasets', ownersOf('rs', { spec: { replicas: perOwner }, status: { replicas: perOwner } }));
  list('deployments', ownersOf('d', {}));
  const program = join(folder, 'kubectl');
  writeFileSync(
    program,
    `#!/bin/sh
page=$(printf %s "$3" | sed -n 's/.*continue=\\([0-9]*\\).*/\\1/p')
page=\${page:-1}
next=$((page + 1))
[ "$page" -ge ${pages} ] && next=
case "$3" in
  /version) echo '{"gitVersion":"v1.36.3"}' ;;
  /api/v1/pods*) file=pods ;;
  */replicasets*) file=replicasets ;;
  */deployments*) file=deployments ;;
  *) echo '{"items":[]}' ;;
esac
[ -z "$file" ] || exec sed -e "s/PAGE/$page/g" -e "s/\\"NEXT\\"/\\"$next\\"/" ${folder}/$file
`,
  );
  chmodSync(program, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
