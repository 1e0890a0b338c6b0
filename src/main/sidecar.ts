#!/usr/bin/env node
import { startSidecar } from './start-sidecar.ts';

startSidecar(() => import('./run-sidecar.ts'));
