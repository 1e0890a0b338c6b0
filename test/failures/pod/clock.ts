// A clock that tests can set: libfaketime turns the time of day of a container's programs, as if the node's clock were
// set.
import { globSync, writeFileSync } from 'node:fs';

export class Clock {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    this.jump(0);
  }

  /** Sets the clock to so many seconds after the right time. */
  jump(seconds: number): void {
    writeFileSync(this.#file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
  }

  /** By this name the library finds it also in a worker of nginx, which has no environment. */
  get files(): readonly (readonly [from: string, to: string])[] {
    return [[this.#file, '/etc/faketimerc']];
  }

  /** The monotonic clock goes on, as it does when the time of a machine is set. */
  get wrapper(): readonly string[] {
    const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
    if (!library) throw new Error('libfaketime is not installed');
    return ['env', `LD_PRELOAD=${library}`, 'FAKETIME_NO_CACHE=1', 'FAKETIME_DONT_FAKE_MONOTONIC=1'];
  }
}
