#!/usr/bin/env node
import { processConsole } from '../cli/process-console.ts';
import { sidecar } from '../cli/sidecar.ts';
import { loadCatalog } from './load-catalog.ts';
import { readCluster } from './read-cluster.ts';
import { ownImage, version } from './version.ts';

process.exitCode = sidecar(processConsole(), {
  ...{ loadCatalog, readCluster, now: Date.now },
  injector: { version, image: ownImage },
});
