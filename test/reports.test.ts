import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readReports } from './reports.ts';
import { runSteadily } from './steady.ts';

const project = join(import.meta.dirname, '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs vitest on one file of tests, and reads what it reports. */
function outcomeOf(tests: string) {
  writeFileSync(join(folder, 'a.test.js'), tests);
  return readReports([run([])]);
}

/** Runs vitest on these files, or all. */
function run(files: readonly string[]) {
  const report = join(folder, 'output', `report-${files.length}.json`);
  const args = ['run', '--globals', '--root', folder, `--reporter=${join(project, 'test/reporter.ts')}`, ...files];
  const { status, signal } = spawnSync(process.execPath, [join(project, 'node_modules/vitest/vitest.mjs'), ...args], {
    env: { ...process.env, TEST_REPORT: report },
  });
  return { report, status, signal };
}

describe('the reports of runs of vitest', () => {
  it('name each test, and say what failed and why', () => {
    const { passed, failed, failures, notRun, tests } = outcomeOf(`
      describe('sums', () => {
        it('are right', ({ task }) => { task.meta.seen = 1; expect(1 + 1).toBe(2); });
        it('are wrong', () => { expect(1 + 1).toBe(3); });
        it.runIf(false)('are left out', () => {});
      });`);
    expect({ passed, failed, notRun }).toEqual({ passed: 1, failed: 1, notRun: ['a.test.js: sums > are left out'] });
    expect(tests[0]?.meta).toEqual({ seen: 1 });
    expect(failures[0]).toBe('Failed: a.test.js: sums > are wrong');
    expect(failures[1]).toContain('expected 2 to be 3');
  });

  it.each([
    ['a hook of a file', 'a.test.js', `afterAll(() => { throw new Error('said'); });`],
    [
      'a hook of a group',
      'a.test.js: group',
      `describe('group', () => { it('is', () => {}); afterAll(() => { throw new Error('said'); }); });`,
    ],
    [
      'an error that nobody caught',
      'an error that nobody caught',
      `it('is', () => { setTimeout(() => { throw new Error('said'); }); return new Promise((done) => setTimeout(done, 100)); });`,
    ],
    ['a file that is no test', 'a.test.js', `throw new Error('said');`],
  ])('name %s', (_, name, tests) => {
    const { failed, failures } = outcomeOf(`it('passes', () => {}); ${tests}`);
    expect({ failed, name: failures[0] }).toEqual({ failed: 1, name: `Failed: ${name}` });
    expect(failures[1]).toContain('said');
  });

  it('count a run that ended without saying why', () => {
    const silent = { report: join(folder, 'none.json'), status: null, signal: 'SIGSEGV' } as const;
    expect(readReports([silent]).failures).toEqual(['Failed: vitest was ended by SIGSEGV and wrote no report']);
    writeFileSync(silent.report, JSON.stringify({ tests: [], others: [] }));
    expect(readReports([{ ...silent, status: 1, signal: null }])).toMatchObject({
      failed: 1,
      failures: ['Failed: vitest ended with 1, and no test says why'],
    });
    expect(readReports([{ ...silent, status: 0, signal: null }]).failed).toBe(0);
  });
});

describe('tests that failed', () => {
  it('run once more, are counted by their second run, and named if that passes', async () => {
    const seen = join(folder, 'seen');
    const fails = `it('fails once', () => {
      if (fs.existsSync('${seen}')) return;
      fs.writeFileSync('${seen}', '');
      throw new Error('too slow');
    });`;
    writeFileSync(join(folder, 'a.test.js'), `import fs from 'node:fs'; ${fails} it('stays', () => {});`);
    writeFileSync(join(folder, 'b.test.js'), `it('fails', () => { throw new Error('wrong'); });`);
    writeFileSync(join(folder, 'c.test.js'), `it('passes', () => {});`);
    const tried: (readonly string[])[] = [];
    const ended = await runSteadily(async (files) => {
      tried.push(files);
      return run(files);
    });
    const { passed, failures, unsteady } = readReports([ended]);
    expect(tried).toEqual([[], ['a.test.js', 'b.test.js']]);
    expect({ passed, failed: failures[0] }).toEqual({ passed: 3, failed: 'Failed: b.test.js: fails' });
    expect(unsteady.slice(0, 2)).toEqual(['Unsteady: a.test.js: fails once', '  Error: too slow']);
    expect(unsteady.join()).not.toContain('wrong');
  });

  it('are told with the error of the first run where that was another one', async () => {
    const fails = `it('fails', () => {
      if (fs.existsSync('${join(folder, 'seen')}')) throw new Error('it is there already');
      fs.writeFileSync('${join(folder, 'seen')}', '');
      throw new Error('too slow');
    }); it('is wrong', () => { throw new Error('wrong'); });`;
    writeFileSync(join(folder, 'a.test.js'), `import fs from 'node:fs'; ${fails}`);
    const { failed, failures } = readReports([await runSteadily(async (files) => run(files))]);
    const told = failures.filter((line) => /^Failed|Error|first run/.test(line));
    expect({ failed, told }).toEqual({
      failed: 2,
      told: [
        'Failed: a.test.js: fails',
        '  Error: it is there already',
        '  In the first run:',
        '  Error: too slow',
        'Failed: a.test.js: is wrong',
        '  Error: wrong',
      ],
    });
  });

  it.each([
    ['in many files', ['a', 'b', 'c', 'd'].map((name) => [name, `it('fails', () => { throw new Error('wrong'); });`])],
    [
      'beside an error that belongs to no file',
      [
        [
          'a',
          `it('fails', async () => { setTimeout(() => { throw 1; }); await new Promise(setImmediate); throw 2; });`,
        ],
      ],
    ],
  ])('do not run again %s', async (_, files) => {
    for (const [name, tests] of files) writeFileSync(join(folder, `${name}.test.js`), tests ?? '');
    let runs = 0;
    const ended = await runSteadily(async () => {
      runs += 1;
      return run([]);
    });
    const { failed, unsteady } = readReports([ended]);
    expect({ runs, unsteady }).toEqual({ runs: 1, unsteady: [] });
    expect(failed).toBeGreaterThanOrEqual(files.length);
  });
});
