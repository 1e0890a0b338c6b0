import { schemaAt, typeInWords, type ValueSchema } from './chart-schema.ts';
import { type ChartValue, chartValues } from './chart-values.ts';

const begin = '<!-- values: written by `npm run generate` from values.yaml and values.schema.json -->';
const end = '<!-- end of values -->';

/**
 * The chart's README.md with the tables of values between its two marks.
 * @throws when the page lacks a mark, or a value has no description or no type
 */
export function withValues(page: string, values: string, schema: ValueSchema): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The chart's README.md must hold the line ${begin} and, below it, ${end}`);
  const bySection = Map.groupBy(chartValues(values), ({ section }) => section);
  const tables = [...bySection].map(([section, rows]) => tableOf(section, rows, schema));
  return `${page.slice(0, from)}${begin}\n\n${tables.join('\n')}\n${page.slice(to)}`;
}

function tableOf(section: string, values: readonly ChartValue[], schema: ValueSchema): string {
  const rows = values.map(({ path, default: value, description }) => {
    const type = typeInWords(schema, schemaAt(schema, path));
    if (type === '') throw new Error(`values.schema.json does not say what ${path} is`);
    return `| \`${path}\` | ${type} | \`${JSON.stringify(value).replaceAll('|', '\\|')}\` | ${description} |`;
  });
  return [`### ${section}`, '', '| value | type | default | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}
