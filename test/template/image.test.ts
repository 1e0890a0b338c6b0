// The common parameter `image`: names that the kubelet takes, and others.
import { expect, it } from 'vitest';
import { string } from '../../src/language/types/string.ts';
import { commonParameters } from '../../src/template/common-parameters.ts';

const spec = {
  image: 'registry.example.com/git:1',
  resources: { cpu: '1m', memory: '8Mi' },
  volumes: [],
  mounts: [],
  env: [],
};
const image = commonParameters(spec).find(({ name }) => name === 'image');
const read = string.reader({ ...image });
const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

it.each([
  'nginx',
  'nginx:1.29',
  'library/nginx',
  'my--app/a__b.c:V_1',
  'localhost:5000/a/b/c',
  'registry.example.com/mirror/sidecar:1.2.3',
  `registry.example.com/sidecar@${sha256}`,
  `registry.example.com:443/sidecar:1@${sha256}`,
  `sidecar@sha512:${'0'.repeat(128)}`,
  `a:${'1'.repeat(128)}`,
])('%s is taken', (text) => {
  expect(read(text)).toEqual({ value: text });
});

it.each([
  'Nginx', // only a registry can have uppercase letters
  'nginx:',
  'nginx:1:2',
  'nginx:-1',
  `a:${'1'.repeat(129)}`,
  'a//b',
  'a/',
  '/a',
  'a..b',
  'https://registry.example.com/a',
  'nginx@1.29',
  'nginx@sha256:123',
  `nginx@${sha256.toUpperCase()}`,
  `nginx@${sha256}0`,
])('%s is refused, with an example', (text) => {
  expect(read(text)).toMatchObject({
    problem: {
      code: 'bad-string',
      fix: expect.stringContaining('such as "registry.example.com/mirror/sidecar:1.2.3"'),
    },
  });
});
