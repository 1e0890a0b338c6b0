import { fieldRef, list, needs, of, one, resourceFieldRef, words } from './container-shape.ts';

// Source: Kubernetes 1.36, io.k8s.api.core.v1.Volume; test/api-server compares.

const keys = list(needs('an item', ['key', 'path'], { key: 'text', path: 'text', mode: 'mode' }));
const downwardItems = list(needs('an item', ['path'], { path: 'text', mode: 'mode', fieldRef, resourceFieldRef }));

const volume = needs('a volume', ['name'], {
  name: 'text',
  configMap: needs('a configMap', ['name'], { name: 'text', optional: 'boolean', defaultMode: 'mode', items: keys }),
  csi: 'map',
  downwardAPI: of('a downwardAPI', { defaultMode: 'mode', items: downwardItems }),
  emptyDir: of('an emptyDir', { medium: 'text', sizeLimit: 'anything' }),
  ephemeral: needs('an ephemeral volume', ['volumeClaimTemplate'], { volumeClaimTemplate: 'map' }),
  hostPath: needs('a hostPath', ['path'], { path: 'text', type: 'text' }),
  image: needs('an image', ['reference'], { reference: 'text', pullPolicy: words('Always', 'IfNotPresent', 'Never') }),
  persistentVolumeClaim: needs('a persistentVolumeClaim', ['claimName'], { claimName: 'text', readOnly: 'boolean' }),
  projected: of('a projected volume', {
    defaultMode: 'mode',
    sources: list(
      of('a source', {
        clusterTrustBundle: 'map',
        configMap: needs('a configMap', ['name'], { name: 'text', optional: 'boolean', items: keys }),
        downwardAPI: of('a downwardAPI', { items: downwardItems }),
        podCertificate: 'map',
        secret: needs('a secret', ['name'], { name: 'text', optional: 'boolean', items: keys }),
        serviceAccountToken: needs('a serviceAccountToken', ['path'], {
          audience: 'text',
          expirationSeconds: 'number',
          path: 'text',
        }),
      }),
    ),
  }),
  secret: needs('a secret', ['secretName'], {
    secretName: 'text',
    optional: 'boolean',
    defaultMode: 'mode',
    items: keys,
  }),
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
  nfs: needs('an nfs volume', ['server', 'path'], { server: 'text', path: 'text', readOnly: 'boolean' }),
  photonPersistentDisk: 'map',
  portworxVolume: 'map',
  quobyte: 'map',
  rbd: 'map',
  scaleIO: 'map',
  storageos: 'map',
  vsphereVolume: 'map',
});

export const volumeShape = one(volume, 'name');
