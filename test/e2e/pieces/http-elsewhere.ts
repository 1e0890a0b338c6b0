// A page as another pod sees it: what this machine asks through `kubectl port-forward` comes from inside the pod.
import type { Target } from '../target.ts';
import { elsewhere } from './git-server.ts';
import type { Pod } from './shapes.ts';

/** The status that the pod answers with when another pod of the cluster asks. */
export async function statusElsewhere(target: Target, pod: Pod, port: number, path: string): Promise<number> {
  const url = `http://${pod.status.podIP}:${port}${path}`;
  const script = 'fetch(process.argv[1]).then(({ status }) => console.log(status))';
  return Number(await target.kubectl(['exec', ...elsewhere, '--', 'node', '-e', script, url]));
}
