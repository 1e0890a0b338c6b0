#!/usr/bin/env node
import { processConsole } from '../cli/process-console.ts';
import { sidecar } from '../cli/sidecar.ts';
import { loadCatalog } from './load-catalog.ts';
import { ownImage, version } from './version.ts';

process.exitCode = sidecar(processConsole(), { loadCatalog, injector: { version, image: ownImage } });
