// Every version the test clusters are made of, in one place. Raising one changes the name of its folder in the cache,
// so nothing old is ever run by accident.

export const kubernetesVersion = '1.36.3';
export const etcdVersion = '3.6.16';
export const containerdVersion = '2.4.2';
/** The one that kubeadm of this Kubernetes deploys. */
export const corednsVersion = '1.14.2';
export const certManagerVersion = '1.21.2';
export const helmVersion = '4.3.1';
export const containerRegistryVersion = '0.22.1';
export const kindVersion = '0.33.0';
export const kustomizeVersion = '5.8.1';
export const kptVersion = '1.0.0-beta.61';
/** Those that the template of the sidecar `metrics` names, or the newest before them that is published as a module. */
export const statsdExporterVersion = '0.30.0';
export const memcachedExporterVersion = '0.16.0';
export const mysqldExporterVersion = '0.19.0';
export const postgresExporterVersion = '0.19.1';
/** Our own: to be raised when programs/pause.go changes. */
export const pauseVersion = '1';

/** The newest envtest archive of the same minor version: it may be a patch or two behind the Go module. */
export const envtestVersion = '1.36.2';

/** SHA-512 of the official envtest archives, by `<platform>-<architecture>` as the archives are named. */
export const envtestChecksums: Readonly<Record<string, string>> = {
  'linux-amd64':
    'ea743186c8a799f5cf8faf16969f86189d003cb7d130e0ac4b58789f1e5748dcf30ebe91c837a10d5ac415383da3e10b9e64d65785c938c23e739781cfb76f08',
  'linux-arm64':
    '2d72ee985a8e262a3c57dc9f7f0fd891f6a8c7bf7ebaa2db6dc6d8eac8ae28181afe51c1f368b67756cdb40b10de9b205609e1726e5f27f7c6d824dd9c6649ac',
  'darwin-amd64':
    'b4fe9f973cd1992e3880f8b230ed32c0c243b83371591e3e3315f4404df2cdbef8ee94eeb9bb245b7e5feb987d5c4a76c43e0877654ab73f00d7bbc2b9984514',
  'darwin-arm64':
    '9278f9e5af556b2f1f2d139769c1f0d717c7b4426917fdebdba898bcb725a916e4910d6160886194ff9be9589ea7c5c32c2b8ae0754703874b7c8ba8ddfc41ce',
};
