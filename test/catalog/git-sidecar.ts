// The containers of the git sidecar as the injector renders them, and a run of one on this machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';
import { GitSyncProcess, gitSync } from './git-sync-process.ts';
import { hookText } from './git-volume.ts';

export interface GitContainer {
  readonly name: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol: string }[];
  readonly startupProbe?: { readonly periodSeconds: number; readonly failureThreshold: number };
}

function podWith(annotations: Record<string, string>): JsonObject {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`sidecar.io/${key}`, value]));
  return { metadata: { annotations: prefixed }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
}

/** What is wrong with these annotations (without their prefix): the annotation and the message of each problem. */
export function gitProblems(annotations: Record<string, string>): string[] {
  const outcome = inject({ pod: podWith(annotations), namespace: 'default' }, builtInState);
  if (outcome.kind !== 'Refused') return [];
  return outcome.problems.map(({ path, message }) => `${/sidecar\.io\/([a-z-]+)/.exec(path)?.[1]}: ${message}`);
}

/**
 * The containers that run git-sync in a pod with these annotations (without their prefix), in the order of their start.
 */
export function gitContainers(annotations: Record<string, string>, native: boolean): GitContainer[] {
  const pod = podWith(annotations);
  const outcome = inject({ pod, namespace: 'default' }, native ? builtInState : classicState);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const spec = apply(outcome.patch, pod).spec as unknown as {
    containers: GitContainer[];
    initContainers?: GitContainer[];
  };
  return [...(spec.initContainers ?? []), ...spec.containers].filter(({ name }) => name.startsWith('sidecar-git'));
}

/** What the containers see as `/git`, `/hooks` and `/git-sync`, below a directory. */
export class GitSidecar {
  readonly #directory: string;
  readonly volume: string;
  /** What the app sees. */
  readonly files: string;
  readonly ready: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.volume = join(directory, 'git');
    this.files = join(this.volume, 'files');
    this.ready = join(this.volume, 'state/ready');
    mkdirSync(this.files, { recursive: true });
    mkdirSync(join(directory, 'hooks'));
    writeFileSync(join(directory, 'hooks/checkout'), hookText, { mode: 0o755 });
    writeFileSync(join(directory, 'git-sync'), `#!/bin/sh\nexec bash ${gitSync} "$@"\n`, { mode: 0o755 });
  }

  /** Starts a container; its command, arguments and variables are those of the pod, with the paths of this machine. */
  start({ command, args, env }: GitContainer): GitSyncProcess {
    const here = (text: string) =>
      text.replace(/(^|[ =>])\/(git|hooks|git-sync|tmp)(?=[/ \n]|$)/gm, `$1${this.#directory}/$2`);
    const [, ...rest] = command.map(here);
    const variables = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, here(value)] as const]));
    const environment = { ...Object.fromEntries(variables), SIDECAR_ROOT: this.volume };
    return new GitSyncProcess(join(this.#directory, 'tmp'), args.map(here), environment, rest);
  }
}
