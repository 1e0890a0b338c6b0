import type { Plugin } from 'esbuild';

/**
 * @kubernetes/client-node without its clients: of the package, the programs use KubeConfig, which reads kubeconfigs and
 * obtains credentials. Its methods that make clients are never called, and what they need takes 1.5 MB of code: models of every
 * kind of Kubernetes, and undici.
 */
export const leanClient: Plugin = {
  name: 'lean-client',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(\.\/gen\/index\.js|\.\/middleware\.js|undici)$/ }, ({ importer, path }) =>
      importer.endsWith('/@kubernetes/client-node/dist/config.js') ? { path, namespace: 'unused' } : undefined,
    );
    const names = ['Agent', 'ProxyAgent', 'createConfiguration', 'ServerConfiguration', 'setHeaderMiddleware'];
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: names.map((name) => `export const ${name} = undefined;`).join('\n'),
    }));
  },
};
