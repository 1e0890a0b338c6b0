// What users, logs and metrics are shown of an outcome.
import { describe, expect, it } from 'vitest';
import { outcomeMessage, warningsFor } from '../../src/admission/messages.ts';
import { codesOf, reportOf } from '../../src/admission/report.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Problem } from '../../src/core/problem.ts';

const characters = (warnings: readonly string[]) => warnings.reduce((sum, { length }) => sum + length, 0);
/** The limits of the API server: it cuts each warning and, beyond the total, all of them. */
const [each, total] = [256, 4096];

describe('warnings', () => {
  it('of up to 256 characters stay as they are; longer ones end with an ellipsis', () => {
    expect(warningsFor([])).toEqual([]);
    expect(warningsFor(['a', 'x'.repeat(each)])).toEqual(['a', 'x'.repeat(each)]);
    expect(warningsFor(['x'.repeat(each + 1)])).toEqual([`${'x'.repeat(each - 1)}…`]);
  });

  it('are never cut within a character', () => {
    const [cut = ''] = warningsFor([`${'x'.repeat(each - 2)}🚀${'x'.repeat(each)}`]);
    expect(cut).toBe(`${'x'.repeat(each - 2)}…`);
    const whole = `${'x'.repeat(each - 4)}🚀x`;
    expect(warningsFor([`${'🚀'.repeat(8)}${'x'.repeat(each)}`])[0]).toMatch(/^🚀{8}x+…$/u);
    expect(warningsFor([`${whole}xx`])).toEqual([`${whole}…`]);
  });

  it('beyond 4096 characters together are counted instead', () => {
    const warnings = Array.from({ length: 40 }, (_, i) => String(i % 10).repeat(each - 1));
    const shown = warningsFor(warnings);
    const left = shown.length - 1;
    expect(shown.slice(0, left)).toEqual(warnings.slice(0, left));
    expect(shown.at(-1)).toBe(`… and ${40 - left} more`);
    expect(characters(shown)).toBeLessThanOrEqual(total);
    expect(characters(shown) + each, 'no room is left for another one').toBeGreaterThan(total - 64);
  });

  it('that just fit are all shown', () => {
    const fitting = [...Array.from({ length: 15 }, () => 'x'.repeat(each)), 'x'.repeat(total - 64 - 15 * each)];
    expect(warningsFor(fitting)).toEqual(fitting);
    expect(warningsFor([...fitting.slice(0, 15), `${fitting[15]}x`, 'y'])).toEqual([
      ...fitting.slice(0, 15),
      '… and 2 more',
    ]);
  });
});

const problem = (code: Problem['code']): Problem => ({ code, path: `p.${code}`, message: 'Wrong.', fix: 'Do it.' });
const sidecars: [] = [];
const outcomes: readonly Outcome[] = [
  { kind: 'Injected', sidecars, patch: [], encoded: { base64: 'W10=' }, warnings: [] },
  {
    kind: 'Unchanged',
    reasons: [{ code: 'opted-out', path: '', message: 'x' }],
    ...{ sidecars, warnings: [] },
  },
  { kind: 'Refused', problems: [problem('bad-switch'), problem('bad-url')], warnings: [] },
  { kind: 'Failed', problem: problem('internal-error'), stack: '' },
];

describe('an outcome', () => {
  it('has the codes that metrics count', () => {
    expect(outcomes.map(codesOf)).toEqual([[], ['opted-out'], ['bad-switch', 'bad-url'], ['internal-error']]);
  });

  it('has a message where it admits no pod', () => {
    const [first, second, refused, failed] = outcomes.map(outcomeMessage);
    expect([first, second]).toEqual(['', '']);
    expect(refused).toMatch(/^2 problems with the sidecars of this pod:\n1\. .*p\.bad-switch.*\n2\. .*p\.bad-url/);
    expect(failed).toMatch(/^p\.internal-error: Wrong\. Do it\./);
  });

  it('admits the pod or not, answers 500 only for a failure, and ends the command line with 0 or 1', () => {
    expect(outcomes.map((each) => reportOf(each))).toEqual([
      {
        ...{ allowed: true, httpStatus: 200, label: 'injected', logLevel: 'info', exitCode: 0 },
        ...{ event: 'SidecarWarning', status: undefined },
      },
      {
        ...{ allowed: true, httpStatus: 200, label: 'unchanged', logLevel: 'debug', exitCode: 0 },
        ...{ event: 'SidecarWarning', status: undefined },
      },
      {
        ...{ allowed: false, httpStatus: 200, label: 'refused', logLevel: 'warn', exitCode: 1 },
        ...{ event: 'SidecarRefused', status: { code: 422, reason: 'Invalid' } },
      },
      {
        ...{ allowed: false, httpStatus: 500, label: 'failed', logLevel: 'error', exitCode: 1 },
        ...{ event: 'SidecarFailed', status: undefined },
      },
    ]);
  });
});
