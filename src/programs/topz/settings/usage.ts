import { environmentName, settingsTable } from './settings.ts';

/** What `--help` prints. */
export function usage(): string {
  const rows = settingsTable.map(({ name, value, standard, meaning }) => ({
    option: `  --${name}=${value}`,
    meaning: `${meaning} (${environmentName(name)}${standard ? `, default ${standard}` : ''})`,
  }));
  const width = Math.max(...rows.map((row) => row.option.length));
  const lines = rows.map((row) => `${row.option.padEnd(width)}  ${row.meaning}`);
  return `usage: topz [OPTION ...]\n\nShows the processes of a pod at /topz.\n\n${lines.join('\n')}\n`;
}
