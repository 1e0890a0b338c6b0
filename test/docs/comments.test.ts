import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('comments are wrapped at 120 columns, as the formatter wraps the code; types in them are not', () => {
  const files = globSync(['{src,test,tools}/**/*.{ts,mjs}', '*.ts'], { cwd: root });
  expect(files.length).toBeGreaterThan(1000);
  const tooLong = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => (line.length > 120 && /^\s*(\/\/|\/\*\*|\*)(?! @)/.test(line) ? [`${file}:${i + 1}`] : [])),
  );
  expect(tooLong).toEqual([]);
});
