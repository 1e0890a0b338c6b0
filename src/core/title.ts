/** An object as kubectl names it: `deployment/web`. */
export function titleOf(kind: string, name: string): string {
  return `${kind.toLowerCase()}/${name}`;
}
