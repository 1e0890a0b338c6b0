// A repository that is served over HTTP by a server that can go away and come back.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createGitServer } from '../cluster/programs/git-server.ts';
import type { Entry } from './file-tree.ts';
import type { GitScene } from './git-scene.ts';
import { git } from './git-volume.ts';

export class ServedRepository {
  readonly #scene: GitScene;
  readonly #bare: string;
  #server: Server | undefined;
  #port = 0;

  constructor(scene: GitScene) {
    this.#scene = scene;
    this.#bare = join(scene.directory, 'served/site.git');
    mkdirSync(this.#bare, { recursive: true });
    git(this.#bare, 'init', '-q', '--bare', '-b', 'main');
  }

  /** Known once it was served. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/site.git`;
  }

  /** Commits, and returns the hash; also while the server is away. */
  commit(entries: Record<string, Entry>): string {
    const hash = this.#scene.commit(entries);
    git(this.#scene.upstream, 'push', '-q', this.#bare, 'main');
    return hash;
  }

  async serve(): Promise<void> {
    const server = createGitServer({ root: join(this.#bare, '..') });
    await once(server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async goAway(): Promise<void> {
    if (!this.#server) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    this.#server = undefined;
  }
}
