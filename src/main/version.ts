import { packageText } from './own-files.ts';

/** The version of the injector, as its package says. */
export const version: string = JSON.parse(packageText() ?? '{"version":"0.0.0"}').version;

/**
 * The injector's own image, which some built-in sidecars run, unless a setting names another (a mirror, a local build).
 */
export const ownImage = `ghcr.io/sidecar-injector/sidecar-injector:${version}`;
