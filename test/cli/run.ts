import { existsSync } from 'node:fs';
import type { Catalog } from '../../src/catalog/catalog.ts';
import type { ExitCode, Files } from '../../src/cli/console.ts';
import { sidecar } from '../../src/cli/sidecar.ts';
import { loadCatalog } from '../../src/main/load-catalog.ts';
import { problemsPage } from '../../src/main/problems-page.ts';

export interface Run {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test gives a command: files by path (text, or bytes), and standard input. */
export interface World {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** In place of `files`. */
  readonly realFiles?: Files;
  readonly stdin?: string;
  readonly colour?: boolean;
  /** The pods and workloads that kubectl shows, of a cluster that has nothing else. */
  readonly cluster?: object;
  readonly now?: number;
  /** In place of the one that is read for each run. */
  readonly catalog?: Catalog;
}

const bytesOf = (content: string | Uint8Array) =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

/** Runs a command line in a world of its own. */
export function run(args: readonly string[], world: World = {}): Run {
  const { files = {}, realFiles, stdin = '', colour = false, cluster, now = 0, catalog } = world;
  let stdout = '';
  let stderr = '';
  const code = sidecar(
    {
      args,
      stdin: () => bytesOf(stdin),
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      files: realFiles ?? filesOf(files),
      colour,
      live: false,
    },
    {
      loadCatalog: catalog ? () => ({ catalog, problems: [] }) : loadCatalog,
      kubectl: ([, what = '', path]) => {
        if (!cluster) return { message: 'no cluster' };
        if (what !== '--raw') return { bytes: bytesOf(JSON.stringify(cluster)) };
        return path === '/version' ? { bytes: bytesOf('{"gitVersion":"v1.36.3"}') } : { message: 'NotFound' };
      },
      problemsPage,
      now: () => now,
      pause: () => {},
      injector: { version: '0.1.0', image: 'example.org/injector:1' },
    },
  );
  return { code, stdout, stderr };
}

/** `sidecar inject -f -` on a text. */
export function inject(stdin: string, ...flags: readonly string[]): Run {
  return run(['inject', '-f', '-', ...flags], { stdin });
}

function filesOf(files: Readonly<Record<string, string | Uint8Array>>): Files {
  const paths = Object.keys(files);
  return {
    isFolder: (path) => paths.some((name) => name.startsWith(`${path.replace(/\/$/, '')}/`)),
    read: (path) => {
      const content = files[path];
      return content === undefined ? { message: `${path}: no such file or directory` } : { bytes: bytesOf(content) };
    },
    write: () => ({ message: 'only the program itself writes files', written: [] }),
    list: (path) => {
      const start = `${path.replace(/\/$/, '')}/`;
      const inside = paths.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
      // What is not among the files of the test may be a folder of this machine, with templates.
      if (inside.length === 0 && !existsSync(path)) return { message: `${path}: no such file or directory` };
      const names = new Set(inside.map((name) => name.split('/')[0] ?? ''));
      return { entries: [...names].map((name) => ({ name, isFolder: !inside.includes(name) })).reverse() };
    },
    create: () => ({ message: 'this world cannot be written' }),
  };
}

/** A pod that asks for one sidecar, as people write it. */
export const plainPod = `apiVersion: v1
kind: Pod
metadata:
  name: web # the app
  annotations:
    sidecar.io/topz: "true"
spec:
  containers:
    - name: web
      image: nginx:1.27
`;

/** A workload around a pod template that asks for one sidecar. */
export function workload(kind: string, apiVersion: string, path: readonly string[] = ['template']): string {
  const template = {
    metadata: { annotations: { 'sidecar.io/topz': 'true' } },
    spec: { containers: [{ name: 'web' }] },
  };
  const spec = path.reduceRight<object>((value, step) => ({ [step]: value }), template);
  return `${JSON.stringify({ apiVersion, kind, metadata: { name: 'web' }, spec })}\n`;
}
