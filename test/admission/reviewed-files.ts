// Prints the files of src in which a function runs while one review is answered, as a JSON list. A program of its own:
// coverage counts everything that a process has run.
import { Session } from 'node:inspector/promises';
import { builtInState } from '../engine/state.ts';
import { answerReview } from './answer-review.ts';

const pod = {
  metadata: { name: 'web', annotations: JSON.parse(process.argv[2] ?? '{}') },
  spec: { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] },
};
const resource = { group: '', version: 'v1', resource: 'pods' };
const request = { uid: 'u', operation: 'CREATE', namespace: 'shop', resource, object: pod };
const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
await session.post('Profiler.takePreciseCoverage');
const { text } = answerReview(Buffer.from(JSON.stringify(review)), builtInState);
const { result } = await session.post('Profiler.takePreciseCoverage');
if (JSON.parse(text).response.patch === undefined) throw new Error(text);

const ran = result.filter(({ functions }) => functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0));
const files = ran.flatMap(({ url }) => url.split('/src/')[1]?.split('?')[0] ?? []);
console.log(JSON.stringify(files.sort()));
