// What one cell works with: pods, servers and names, all of which are removed when it is over.
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { Form } from './failures.ts';
import { Pod, type PodOptions } from './pod/pod.ts';
import type { Settings } from './pod/rendered.ts';

export class Scene {
  readonly form: Form;
  readonly #sidecar: string;
  readonly #removals: (() => unknown)[] = [];

  constructor(sidecar: string, form: Form) {
    this.#sidecar = sidecar;
    this.form = form;
  }

  get isNative(): boolean {
    return this.form === 'native';
  }

  /** A pod with the sidecar; nothing runs yet. */
  async pod(settings: Settings, options?: PodOptions): Promise<Pod> {
    const pod = await Pod.make(this.#sidecar, settings, this.form, options);
    this.#removals.unshift(() => pod.remove());
    return pod;
  }

  /** Lets a server listen on loopback, and gives its port. */
  async listen(server: Server, port = 0, address = '127.0.0.1'): Promise<number> {
    this.removeLater(() => server.close());
    await once(server.listen(port, address), 'listening');
    return (server.address() as AddressInfo).port;
  }

  removeLater(remove: () => unknown): void {
    this.#removals.push(remove);
  }

  async remove(): Promise<void> {
    for (const remove of this.#removals) await remove();
  }
}
