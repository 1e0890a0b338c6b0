// Documents that are no objects are reported where they are, and never dropped.
import { describe, expect, it } from 'vitest';
import { plainPod, run } from './run.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [] } };

describe('a document that is not an object', () => {
  it.each([
    ['hello\n', '1:1', 'document 1', 'The document is a string, not an object. Write an object '],
    ['# x\n\n42\n', '3:1', 'document 1', 'The document is a number, not an object. '],
    ['- a\n', '1:1', 'document 1', 'The document is a list, not an object. Write each object as a document '],
    [JSON.stringify([pod]), '1:1', 'document 1', 'The document is a list, not an object. '],
    ['[]\n', '1:1', 'document 1', 'The document is a list, not an object. '],
    [`${plainPod}---\n  hello\n`, '12:3', 'document 2', 'The document is a string, not an object. '],
    ['kind: List\nitems:\n  - kind: Pod\n  - a\n', '4:5', 'document 1', 'items[1] is a string, not an object. '],
    [JSON.stringify({ kind: 'PodList', items: [null] }), '1:28', 'document 1', 'items[0] is null, not an object. '],
  ])('%j', (stdin, position, subject, message) => {
    for (const command of ['inject', 'uninject', 'explain']) {
      const { code, stdout, stderr } = run([command, '-f', '-'], { stdin });
      expect([command, stdout]).toEqual([command, '']);
      expect(code).not.toBe(0);
      expect(stderr).toContain(`stdin:${position}: ${subject}: ${message}`);
      expect(stderr).toContain('[bad-document]');
    }
    const { code, stdout } = run(['check', '-f', '-'], { stdin });
    expect([code, stdout]).toEqual([1, expect.stringContaining(`stdin:${position}: error: `)]);
    expect(run(['inject', '-f', '-', '-o', 'json'], { stdin })).toMatchObject({ code: 1, stdout: '' });
  });

  it('is fine where it is empty, a JSON patch, or an object of another program', () => {
    const files = {
      'k/web.yaml': `${plainPod}---\n# nothing\n`,
      'k/patch.yaml': '- op: remove\n  path: /spec/replicas\n',
      'k/values.yaml': 'replicas: 2\n',
    };
    expect(run(['check', '-f', 'k'], { files })).toMatchObject({ code: 0, stdout: '' });
    expect(run(['inject', '-q', '-f', 'k/patch.yaml'], { files }).stdout).toBe(files['k/patch.yaml']);
  });
});
