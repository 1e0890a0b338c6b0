// A pod with one sidecar, run on this machine in the order of the kubelet. The test is the app.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../e2e/pieces/until.ts';
import type { Form } from '../failures.ts';
import { Clock } from './clock.ts';
import { Container } from './container.ts';
import { passes } from './probe.ts';
import { type Probe, type RenderedPod, renderPod, type Settings } from './rendered.ts';
import { type VolumeOptions, Volumes } from './volumes.ts';

export interface PodOptions extends VolumeOptions {
  /** The address of the DNS server. */
  readonly dns?: string;
  /** Whether the clock can be set. */
  readonly clock?: boolean;
}

/** Milliseconds until a container that has ended is started again. The kubelet waits longer from the second time on. */
const restartDelay = 500;

export class Pod {
  readonly rendered: RenderedPod;
  readonly #folder: string;
  readonly #volumes: Volumes;
  readonly clock: Clock | undefined;
  readonly #containers: Container[] = [];
  #over = false;
  #restarts = 0;

  private constructor(rendered: RenderedPod, folder: string, volumes: Volumes, clock: Clock | undefined) {
    this.rendered = rendered;
    this.#folder = folder;
    this.#volumes = volumes;
    this.clock = clock;
  }

  /** Renders the pod and makes its volumes; nothing runs yet. */
  static async make(sidecar: string, settings: Settings, form: Form, options: PodOptions = {}): Promise<Pod> {
    const rendered = renderPod(sidecar, settings, form);
    const folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-pod-'));
    const volumes = await Volumes.make(join(folder, 'volumes'), rendered, options);
    const clock = options.clock ? new Clock(join(folder, 'clock')) : undefined;
    const pod = new Pod(rendered, folder, volumes, clock);
    writeFileSync(join(folder, 'resolv.conf'), options.dns ? `nameserver ${options.dns}\n` : '');
    writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost\n::1 localhost\n');
    const files = ['resolv.conf', 'hosts'].map((name) => [join(folder, name), `/etc/${name}`] as const);
    const { initContainers = [], containers } = rendered.spec;
    for (const spec of [...initContainers, ...containers]) {
      if (spec.name === 'app') continue;
      const own = join(folder, 'containers', spec.name);
      const with_ = { files: [...files, ...(clock?.files ?? [])], wrapper: clock?.wrapper ?? [] };
      pod.#containers.push(new Container(spec, volumes, own, with_));
    }
    return pod;
  }

  /** The container that stays. */
  get sidecar(): Container {
    const last = this.#containers.at(-1);
    if (!last) throw new Error('the pod has no sidecar');
    return last;
  }

  /** What all containers have written. */
  get log(): string {
    return this.#containers.map(({ log }) => log).join('');
  }

  /** How often a container was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Starts the containers, and returns when the app would start: in the native form when the sidecar is ready. */
  async start(): Promise<void> {
    for (const container of this.#containers) {
      if (container === this.sidecar) await this.#stay(container);
      else await this.#runOnce(container);
    }
  }

  /** Kills the sidecar; it is started again. */
  async kill(): Promise<void> {
    const { ended } = this.sidecar;
    this.sidecar.signal('SIGKILL');
    await ended;
  }

  /** Ends the sidecar in order, as the kubelet does before it starts it again; gives its exit code. */
  async restart(): Promise<number | null> {
    const { sidecar } = this;
    await this.#until('the sidecar handles the signal', async () => sidecar.canStop, 90);
    return sidecar.stop();
  }

  /** Ends the sidecar with its pod: it is not started again. */
  end(): Promise<number | null> {
    this.#over = true;
    return this.sidecar.stop();
  }

  /** Whether the probes of the sidecar that say that it works all pass. */
  async isHealthy(): Promise<boolean> {
    const { startupProbe, livenessProbe, readinessProbe } = this.sidecar.spec;
    const probes = [startupProbe, livenessProbe, readinessProbe].flatMap((probe) => probe ?? []);
    const passed = await Promise.all(probes.map((probe) => passes(this.sidecar, probe)));
    return this.sidecar.isRunning && passed.every(Boolean);
  }

  /** Waits until the probes pass. */
  untilHealthy(seconds = 90): Promise<true> {
    return this.#until('the sidecar is healthy', () => this.isHealthy(), seconds);
  }

  untilLogged(text: string | RegExp, seconds = 90): Promise<true> {
    const look = async () => (typeof text === 'string' ? this.log.includes(text) : text.test(this.log));
    return this.#until(`the log says ${text}`, look, seconds);
  }

  /** Waits until the sidecar has logged this at so many starts. */
  untilStarted(text: string, starts: number): Promise<true> {
    return this.#until(`start ${starts}`, async () => this.sidecar.log.split(text).length > starts, 90);
  }

  path(volume: string, ...parts: string[]): string {
    return this.#volumes.path(volume, ...parts);
  }

  renew(...edition: Parameters<Volumes['renew']>): void {
    this.#volumes.renew(...edition);
  }

  async remove(): Promise<void> {
    this.#over = true;
    for (const container of this.#containers) await container.kill();
    await this.#volumes.remove();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Waits; where that is in vain, the error has the end of the log. */
  #until(what: string, look: () => Promise<boolean>, seconds: number): Promise<true> {
    const seen = async () => (await look()) || undefined;
    return until(what, seen, { seconds, every: 50 }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.log.slice(-3000)}`);
    });
  }

  /** As the kubelet runs an init container: again and again until it ends well. */
  async #runOnce(container: Container): Promise<void> {
    while (!this.#over) {
      container.start();
      if ((await container.ended) === 0) return;
      this.#restarts++;
      await sleep(restartDelay);
    }
  }

  async #stay(container: Container): Promise<void> {
    container.start();
    void this.#keep(container);
    if (container.spec.restartPolicy !== 'Always') return;
    const { startupProbe } = container.spec;
    if (startupProbe) await this.#untilPassed(container, startupProbe);
  }

  async #untilPassed(container: Container, probe: Probe): Promise<void> {
    const { periodSeconds, failureThreshold = 3 } = probe;
    for (let failures = 0; !(await passes(container, probe)); await sleep(periodSeconds * 1000)) {
      if (this.#over) throw new Error('the pod ended before its sidecar was ready');
      if (++failures < failureThreshold) continue;
      failures = 0;
      await container.stop();
    }
  }

  /** Starts it again whenever it has ended. */
  async #keep(container: Container): Promise<void> {
    while (true) {
      await container.ended;
      if (this.#over) return;
      await sleep(restartDelay);
      if (this.#over) return;
      this.#restarts++;
      container.start();
    }
  }
}
