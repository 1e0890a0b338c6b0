// How the API server and its etcd are started: flags, certificates on disk, audit policy.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Authority, Certificate } from './certificates.ts';
import { createKeyPair } from './certificates.ts';

export interface ApiServerOptions {
  readonly directory: string;
  readonly address: string;
  readonly port: number;
  readonly etcdPort: number;
  readonly authority: Authority;
  readonly serviceRange: string;
  readonly auditPolicy: object;
  readonly extraArgs: readonly string[];
}

/** Everything of pods and of what makes pods, so that a test can read each webhook's patch; the rest in outline. */
export const defaultAuditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
  rules: [
    {
      level: 'RequestResponse',
      verbs: ['create', 'update', 'patch', 'delete'],
      resources: [
        { group: '', resources: ['pods', 'namespaces', 'replicationcontrollers'] },
        { group: 'apps' },
        { group: 'batch' },
      ],
    },
    { level: 'Metadata', verbs: ['create', 'update', 'patch', 'delete'] },
    { level: 'None' },
  ],
};

/** Flags of an etcd that keeps nothing safe, because nothing outlives a test. */
export function etcdArgs(directory: string, port: number, peerPort: number): string[] {
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  return [
    `--data-dir=${join(directory, 'etcd')}`,
    ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`, `--listen-peer-urls=${peer}`],
    ...[`--initial-advertise-peer-urls=${peer}`, `--initial-cluster=default=${peer}`],
    ...['--unsafe-no-fsync=true', '--log-level=warn'],
  ];
}

/** Writes what the API server reads (certificates, keys, audit policy) and returns its flags. */
export async function prepareApiServer(options: ApiServerOptions): Promise<string[]> {
  const { directory, address, authority } = options;
  const hosts = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost', '127.0.0.1', address];
  hosts.push(firstAddress(options.serviceRange));
  const [server, accounts] = await Promise.all([
    authority.issue({ commonName: 'kube-apiserver', hosts: [...new Set(hosts)] }),
    createKeyPair(),
  ]);
  const write = (name: string, text: string) => writeSecret(directory, name, text);
  const clientCa = write('ca.crt', authority.certificatePem);
  const loopback = address.startsWith('127.');
  return [
    `--etcd-servers=http://127.0.0.1:${options.etcdPort}`,
    ...[`--bind-address=${address}`, `--advertise-address=${address}`, `--secure-port=${options.port}`],
    // An address of this machine only can't be an endpoint of the Service "kubernetes".
    ...(loopback ? ['--endpoint-reconciler-type=none'] : []),
    `--service-cluster-ip-range=${options.serviceRange}`,
    `--client-ca-file=${clientCa}`,
    ...serverFlags(write, server),
    `--cert-dir=${directory}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${write('accounts.pub', accounts.publicKeyPem)}`,
    `--service-account-signing-key-file=${write('accounts.key', accounts.keyPem)}`,
    ...['--authorization-mode=Node,RBAC', '--allow-privileged=true', '--anonymous-auth=false', '--profiling=false'],
    `--audit-policy-file=${write('audit-policy.yaml', stringify(options.auditPolicy))}`,
    `--audit-log-path=${join(directory, 'audit.log')}`,
    ...options.extraArgs,
  ];
}

type Write = (name: string, text: string) => string;

const serverFlags = (write: Write, { certificatePem, keyPem }: Certificate) => [
  `--tls-cert-file=${write('server.crt', certificatePem)}`,
  `--tls-private-key-file=${write('server.key', keyPem)}`,
];

/** The address that the Service "kubernetes" gets: the first of the range. */
export function firstAddress(range: string): string {
  return `${range.split('/')[0]}`.replace(/\d+$/, (last) => String(Number(last) + 1));
}

/** Writes a file that only this user can read. */
export function writeSecret(directory: string, name: string, text: string): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
