import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

it("the page's modules pass the type check", () => {
  const args = ['tsc', '--noEmit', '-p', 'src/programs/topz/page/tsconfig.json'];
  const { status, stdout } = spawnSync('npx', args, { cwd: root, encoding: 'utf8' });
  expect([stdout, status]).toEqual(['', 0]);
});
