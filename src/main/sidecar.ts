#!/usr/bin/env node
import { processConsole } from '../cli/process-console.ts';
import { sidecar } from '../cli/sidecar.ts';
import { kubectl } from './kubectl.ts';
import { loadCatalog } from './load-catalog.ts';
import { pause } from './pause.ts';
import { problemsPage } from './problems-page.ts';
import { readCluster } from './read-cluster.ts';
import { ownImage, version } from './version.ts';

process.exitCode = sidecar(processConsole(), {
  ...{ loadCatalog, readCluster, kubectl, problemsPage, now: Date.now, pause },
  injector: { version, image: ownImage },
});
