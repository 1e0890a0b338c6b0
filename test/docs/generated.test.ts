import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('generated pages and example results are up to date', () => {
  const program = join(import.meta.dirname, '../../tools/generate.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, '--check'], { encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toContain('are up to date');
  expect(status).toBe(0);
});
