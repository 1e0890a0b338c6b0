import { settingsTable, settingTypes } from '../../src/server/settings.ts';
import { metricsTable } from '../../src/telemetry/metrics-table.ts';

const made = 'Made by `npm run generate` from the table in the source.';

/** docs/settings.md: every setting of the server. */
export function settingsPage(): string {
  const rows = settingsTable.map(({ name, env, type, default: value, help }) => {
    return `| \`--${name}\` | \`${env}\` | ${settingTypes[type]} | ${value === '' ? '' : `\`${value}\``} | ${help} |`;
  });
  return [
    '# Settings of the server',
    '',
    `${made} A flag counts before its environment variable.`,
    '',
    '| flag | environment | value | default | meaning |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '`--help`, `--version` and `--check` (asks a running server for its health, exit code 0 or 1) stand alone.',
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
