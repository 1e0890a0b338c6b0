import type { Console, ExitCode } from '../cli/console.ts';
import { sidecar } from '../cli/sidecar.ts';
import { kubectl } from './kubectl.ts';
import { loadCatalog } from './load-catalog.ts';
import { pause } from './pause.ts';
import { problemsPage } from './problems-page.ts';
import { ownImage, version } from './version.ts';

/** The command line with everything that commands need. */
export function runSidecar(console: Console): ExitCode {
  return sidecar(console, {
    loadCatalog: (folders) => loadCatalog(folders, true),
    ...{ kubectl, problemsPage, now: Date.now, pause },
    injector: { version, image: ownImage },
  });
}
