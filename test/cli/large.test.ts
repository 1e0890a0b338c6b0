import { describe, expect, it } from 'vitest';
import { inject, plainPod } from './run.ts';

const many = (count: number, text: string) => Array.from({ length: count }, () => text);
const bad = plainPod.replace('"true"', '"x"');

/** Each takes a few seconds at most; anything that grows with the square of its input would take hours. */
describe('large input', () => {
  it('of many documents', () => {
    const text = many(20_000, 'kind: ConfigMap\ndata: {a: b} # c\n').join('---\n');
    expect(inject(text)).toEqual({ code: 0, stdout: text, stderr: '' });
  });

  it('of long lines, long block scalars and many comments', () => {
    const block = `  a: |\n${many(20_000, '    # not a comment\n').join('')}`;
    const text = `kind: X\ndata:\n${block}  b: "${'x'.repeat(1_000_000)}"\n${many(20_000, '  # comment\n').join('')}`;
    expect(inject(`${text}---\n${plainPod}${many(20_000, '      # of the container\n').join('')}`).code).toBe(0);
  });

  it('of a List with many items, each with a problem', () => {
    const item = bad.replaceAll(/^(?=.)/gm, '  ').replace('  api', '- api');
    const { code, stderr } = inject(`apiVersion: v1\nkind: List\nitems:\n${many(2000, item).join('')}`);
    expect(code).toBe(1);
    expect(stderr.split('\n')).toHaveLength(2002);
    expect(stderr).toMatch(/^stdin:19999:7: document 1, pod\/web: items\[1999\]/m);
  });

  it('of a pod with many containers and variables', () => {
    const env = many(2000, '        - {name: A, value: "b"}\n').join('');
    const containers = many(100, '    - name: c\n      image: d\n').map((text, i) => text.replace(' c', ` c${i}`));
    const flags = '    sidecar.io/git-repo: https://example.org/a.git\n    sidecar.io/git-container: "*"\n';
    const text = `${plainPod.replace('spec:', `${flags}spec:`)}      env:\n${env}${containers.join('')}`;
    const { code, stdout, stderr } = inject(text);
    expect(`${code} ${stderr}`).toBe('0 pod/web: git, topz injected\n');
    for (const line of text.split('\n')) expect(stdout.includes(line)).toBe(true);
  });
});
