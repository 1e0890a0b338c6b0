// A cell of the matrix is one test: a sidecar, a failure and a form. What was seen is written into
// test/output/failures.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { describeWith } from '../catalog/programs.ts';
import { type Failure, type Form, failures, forms, promiseOf } from './failures.ts';
import { promises as allPromises, type Sidecar } from './promises.ts';
import { Scene } from './scene.ts';

/** Makes the failure happen and asserts the promise. Gives what was seen, in a few words. */
export type Check = (scene: Scene) => Promise<string>;

const output = join(import.meta.dirname, '../output/failures');

/** Declares the 20 cells of one sidecar. `programs` are those that they need of this machine. */
export function cells(sidecar: Sidecar, programs: readonly string[], checks: Readonly<Record<Failure, Check>>): void {
  const promises = allPromises[sidecar];
  const seen = new Map<string, string>();
  describeWith(['root', 'unshare', 'nsenter', 'setpriv', ...programs], sidecar, () => {
    for (const failure of Object.keys(failures) as Failure[]) {
      describe.concurrent(failures[failure], () => {
        test.for(forms)(`${sidecar}, %s`, async (form: Form) => {
          const key = `${failure} ${form}`;
          seen.set(key, 'not as promised');
          const scene = new Scene(sidecar, form);
          try {
            seen.set(key, await checks[failure](scene));
          } finally {
            await scene.remove();
          }
        });
      });
    }
    afterAll(() => {
      const rows = Object.keys(failures).flatMap((failure) =>
        forms.map((form) => {
          const promise = promiseOf(promises[failure as Failure], form);
          return `| ${failures[failure as Failure]} | ${form} | ${promise} | ${seen.get(`${failure} ${form}`) ?? 'not run'} |`;
        }),
      );
      mkdirSync(output, { recursive: true });
      const head = ['| failure | form | what is promised | what was seen |', '|---|---|---|---|'];
      writeFileSync(join(output, `${sidecar}.md`), `${[`# ${sidecar}`, '', ...head, ...rows].join('\n')}\n`);
    });
  });
}
