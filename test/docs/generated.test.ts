import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('generated pages and example results are in step with what they are made from', () => {
  const program = join(import.meta.dirname, '../../tools/generate.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, '--check'], { encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toContain('are in step');
  expect(status).toBe(0);
});
