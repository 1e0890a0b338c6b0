import type { Plugin } from 'esbuild';

/** What the server never calls: who imports it, and what is imported. */
const unused: readonly { readonly importer: RegExp; readonly modules: RegExp }[] = [
  // Of @kubernetes/client-node, the server uses KubeConfig, which reads kubeconfigs and obtains credentials. Its
  // methods that make clients are never called, and what they need takes 1.5 MB of code: models of every kind of
  // Kubernetes, and undici.
  {
    importer: /\/@kubernetes\/client-node\/dist\/config\.js$/,
    modules: /^(\.\/gen\/index\.js|\.\/middleware\.js|undici)$/,
  },
  // Routes have no schemas, plugins no versions, and requests come from the network.
  {
    importer: /\/fastify\/(fastify|lib\/(schema-controller|plugin-utils))\.js$/,
    modules: /^(@fastify\/ajv-compiler|@fastify\/fast-json-stringify-compiler|light-my-request|semver)$/,
  },
  // The log is written on the main thread, and metrics have no exemplars.
  { importer: /\/pino\/lib\/transport\.js$/, modules: /^thread-stream$/ },
  { importer: /\/prom-client\/lib\/metrics\/processCpuTotal\.js$/, modules: /^@opentelemetry\/api$/ },
];

/**
 * Packages for what few replicas do: one makes certificates, and those outside a cluster read kubeconfigs and use
 * proxies.
 */
export const loadedLater = [
  'hpagent',
  'js-yaml',
  'jsonpath-plus',
  'node-forge',
  'openid-client',
  'socks',
  'socks-proxy-agent',
  'yaml',
];

/**
 * Keeps out of the memory of each replica what the server never calls, and what is in `loadedLater` until it is called.
 */
export const lean: Plugin = {
  name: 'lean',
  setup({ onResolve, onLoad }) {
    for (const { importer, modules } of unused)
      onResolve({ filter: modules }, (asked) =>
        importer.test(asked.importer) ? { path: asked.path, namespace: 'unused' } : undefined,
      );
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = () => undefined;' }));
    onResolve({ filter: new RegExp(`^(${loadedLater.join('|')})$`) }, ({ path, importer }) =>
      importer === '' ? undefined : { path, namespace: 'later' },
    );
    onLoad({ filter: /.*/, namespace: 'later' }, async ({ path }) => {
      // Node finds no names in some CommonJS packages, which are the default then.
      const { default: whole, 'module.exports': _, ...named } = await import(path);
      const names = Object.keys({ ...(typeof whole === 'object' ? whole : {}), ...named });
      const getters = names.map((name) => `get ${name}() { return require('./later/${path}.cjs').${name}; }`);
      return { contents: `module.exports = { ${getters.join(',\n')} };` };
    });
    onResolve({ filter: /^\.\/later\//, namespace: 'later' }, ({ path }) => ({ path, external: true }));
  },
};
