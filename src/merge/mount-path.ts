import type { Json } from '../core/json.ts';

/** Whether two mount paths name the same folder. */
export function samePath(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || folder(String(a)) === folder(String(b));
}

/** Kubernetes compares mount paths letter by letter; the container runtime does not mind a slash at the end. */
export function folder(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.replace(/\/+$/, '') : path;
}
