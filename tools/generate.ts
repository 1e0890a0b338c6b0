// `npm run generate`: writes the files that are generated from other files of the checkout. With `--check`, it writes
// nothing: it names the files that are out of date, and exits with code 1.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadCatalog } from '../src/main/load-catalog.ts';
import { version } from '../src/main/version.ts';
import { alertsFile } from './generate/alerts-file.ts';
import { withValues } from './generate/chart-page.ts';
import { withVersion } from './generate/chart-version.ts';
import { customResources } from './generate/custom-resources.ts';
import { dashboardFile } from './generate/dashboard-file.ts';
import { editorSchemas } from './generate/editor-schemas.ts';
import { exampleResults } from './generate/example-results.ts';
import { failuresPage } from './generate/failures-page.ts';
import { objectEntriesFile } from './generate/object-entries.ts';
import { metricsPage, settingsPage } from './generate/reference-pages.ts';
import { withRoomsTable } from './generate/rooms-table.ts';
import { pagesWithSessions } from './generate/sessions.ts';
import { sidecarsPage } from './generate/sidecars-page.ts';

const root = join(import.meta.dirname, '..');
const { catalog, problems } = loadCatalog([]);
if (problems.length > 0) throw new Error(JSON.stringify(problems, null, 2));

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const chart = 'charts/sidecar-injector';
const valuesSchema = JSON.parse(read(`${chart}/values.schema.json`));

const files = new Map([
  ['docs/sidecars.md', sidecarsPage(catalog.templates)],
  ['docs/failures.md', failuresPage()],
  ['docs/settings.md', settingsPage()],
  ['docs/metrics.md', metricsPage()],
  ['docs/architecture.md', withRoomsTable(read('docs/architecture.md'))],
  [`${chart}/Chart.yaml`, withVersion(read(`${chart}/Chart.yaml`), version)],
  [`${chart}/README.md`, withValues(read(`${chart}/README.md`), read(`${chart}/values.yaml`), valuesSchema)],
  [`${chart}/templates/custom-resources.yaml`, customResources()],
  [`${chart}/files/alerts.yaml`, alertsFile()],
  [`${chart}/files/dashboard.json`, dashboardFile()],
  [`${chart}/files/object-entries.yaml`, objectEntriesFile()],
  ...editorSchemas(),
  ...exampleResults(root),
  ...(await pagesWithSessions(root)),
]);

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, text] of files) {
  const path = join(root, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale.push(name);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
const verb = check ? 'out of date, run `npm run generate`' : 'written';
for (const name of stale) console.log(`${name}: ${verb}`);
if (stale.length === 0) console.log(`${files.size} generated files are up to date.`);
process.exitCode = check && stale.length > 0 ? 1 : 0;
