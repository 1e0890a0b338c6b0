import type { Flag } from '../../src/flags/read-flags.ts';
import { serverFlags } from '../../src/server/settings.ts';
import { metricsTable } from '../../src/telemetry/metrics-table.ts';

const made = 'Made by `npm run generate` from the table in the source.';

/** docs/settings.md: every setting of the server. */
export function settingsPage(): string {
  const rows = (serverFlags as readonly Flag[]).map(({ name, env, kind, default: value, help }) => {
    const cells = [`--${name}`, env, value].map((text) => (text ? `\`${text}\`` : ''));
    return `| ${cells[0]} | ${cells[1]} | ${kind?.expected ?? ''} | ${cells[2]} | ${help} |`;
  });
  return [
    '# Settings of the server',
    '',
    `${made} Flags override environment variables.`,
    '',
    '| flag | environment | value | default | meaning |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** docs/metrics.md: every metric of our own. */
export function metricsPage(): string {
  const rows = Object.values(metricsTable).map(({ name, type, labels, help }) => {
    return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;
  });
  return [
    '# Metrics',
    '',
    `${made} Served at \`/metrics\`; those of the process and of Node come beside them.`,
    'No label holds the name of a namespace or a pod.',
    '',
    '| metric | type | labels | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
