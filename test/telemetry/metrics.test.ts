import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const measure = { outcome: 'injected', problems: [], reasons: [], seconds: 0.001 };

describe('labels that tenants choose', () => {
  it('have a bounded number of values: the others are counted together, and nothing is lost', async () => {
    const metrics = createMetrics('0.0.0');
    for (let i = 0; i < 2000; i++) {
      const sidecar = `made-up-${i}`;
      metrics.review({ ...measure, sidecars: [sidecar], warnings: [{ code: 'no-effect', sidecar }] });
    }
    const text = await metrics.text();
    for (const name of ['sidecar_injector_sidecars_total', 'sidecar_injector_warnings_total']) {
      const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
      expect(lines).toHaveLength(501);
      expect(lines.find((line) => line.includes('sidecar="other"'))).toMatch(/ 1500$/);
      expect(lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(2000);
    }
  });
});
