import { fieldRef, list, of, one, resourceFieldRef, words } from './container-shape.ts';

// Source: Kubernetes 1.36, io.k8s.api.core.v1.Volume; test/api-server compares.

const keys = list(of('an item', { key: 'text', path: 'text', mode: 'mode' }));
const downwardItems = list(of('an item', { path: 'text', mode: 'mode', fieldRef, resourceFieldRef }));

const volume = of('a volume', {
  name: 'text',
  configMap: of('a configMap', { name: 'text', optional: 'boolean', defaultMode: 'mode', items: keys }),
  csi: 'map',
  downwardAPI: of('a downwardAPI', { defaultMode: 'mode', items: downwardItems }),
  emptyDir: of('an emptyDir', { medium: 'text', sizeLimit: 'anything' }),
  ephemeral: of('an ephemeral volume', { volumeClaimTemplate: 'map' }),
  hostPath: of('a hostPath', { path: 'text', type: 'text' }),
  image: of('an image', { reference: 'text', pullPolicy: words('Always', 'IfNotPresent', 'Never') }),
  persistentVolumeClaim: of('a persistentVolumeClaim', { claimName: 'text', readOnly: 'boolean' }),
  projected: of('a projected volume', {
    defaultMode: 'mode',
    sources: list(
      of('a source', {
        clusterTrustBundle: 'map',
        configMap: of('a configMap', { name: 'text', optional: 'boolean', items: keys }),
        downwardAPI: of('a downwardAPI', { items: downwardItems }),
        podCertificate: 'map',
        secret: of('a secret', { name: 'text', optional: 'boolean', items: keys }),
        serviceAccountToken: of('a serviceAccountToken', {
          audience: 'text',
          expirationSeconds: 'number',
          path: 'text',
        }),
      }),
    ),
  }),
  secret: of('a secret', { secretName: 'text', optional: 'boolean', defaultMode: 'mode', items: keys }),
  awsElasticBlockStore: 'map',
  azureDisk: 'map',
  azureFile: 'map',
  cephfs: 'map',
  cinder: 'map',
  fc: 'map',
  flexVolume: 'map',
  flocker: 'map',
  gcePersistentDisk: 'map',
  gitRepo: 'map',
  glusterfs: 'map',
  iscsi: 'map',
  nfs: of('an nfs volume', { server: 'text', path: 'text', readOnly: 'boolean' }),
  photonPersistentDisk: 'map',
  portworxVolume: 'map',
  quobyte: 'map',
  rbd: 'map',
  scaleIO: 'map',
  storageos: 'map',
  vsphereVolume: 'map',
});

export const volumeShape = one(volume, 'name');
