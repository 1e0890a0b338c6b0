// `null` removes a value of the chart, as `--set logLevel=null` does. What the chart needs is refused. Without the
// rest, it renders objects that are whole, and a replica that can start.
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { isObject, type Json } from '../../src/core/json.ts';
import { readSettings } from '../../src/server/settings.ts';
import { chartFile, rendered, type Values } from './helm.ts';

/** What is installed by default, and as much else as can be at the same time. */
const installations: Readonly<Record<string, Values>> = {
  'by default': { 'certificates.existingSecret': '', 'policies.most': 2 },
  'with everything': {
    'certificates.existingSecret': '',
    'certificates.source': 'cert-manager',
    'webhook.register': false,
    'autoscaling.enabled': true,
    'networkPolicy.enabled': true,
    'networkPolicy.from': [{ ipBlock: { cidr: '192.0.2.1/32' } }],
    'policies.inject': true,
    'policies.most': 2,
    'templateUsers.enabled': true,
    'serviceMonitor.enabled': true,
    'prometheusRule.enabled': true,
    'dashboard.enabled': true,
    hostNetwork: true,
  },
};

/** The paths of all values, groups included, as `--set-json` takes them. */
function pathsOf(values: Json | undefined, above = ''): readonly string[] {
  if (!isObject(values)) return [];
  return Object.entries(values).flatMap(([key, value]) => {
    const path = above + key.replaceAll('.', '\\.');
    return [path, ...pathsOf(value, `${path}.`)];
  });
}

/** The paths of nulls: what a template left open. */
function nullsIn(value: Json | undefined, path = ''): readonly string[] {
  if (value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) => nullsIn(each, `${path}/${key}`));
}

/** What is wrong with a render of the chart. */
function problemsOf(manifests: string): readonly string[] {
  return parseAllDocuments(manifests).flatMap((document) => {
    const object = document.toJS();
    const errors = document.errors.map(({ message }) => message);
    const nulls = nullsIn(object).map((path) => `${object.kind}${path} is null`);
    const args = object?.kind === 'Deployment' ? object.spec.template.spec.containers[0].args : [];
    return [...errors, ...nulls, ...readSettings(args, {}).problems];
  });
}

const paths = pathsOf(parse(chartFile('values.yaml')));

describe.concurrent.each(Object.entries(installations))('null in place of a value, installed %s', (_, installation) => {
  it('the chart as it is has no problem', async () => expect(problemsOf(await rendered(installation))).toEqual([]));

  it.each(paths)('%s', async (path) => {
    const name = path.replace(/^.*(?<!\\)\./, '');
    const manifests = await rendered({ ...installation, [path]: null }).catch(({ stderr }: { stderr: string }) => {
      expect(stderr).toMatch(new RegExp(`missing property '${name}'|execution error at .*${name}`));
      return '';
    });
    expect(problemsOf(manifests)).toEqual([]);
  });
});
