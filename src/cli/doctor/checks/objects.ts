import { isObject, type JsonObject, objectsOf } from '../../../core/json.ts';
import { policyLabel, ruleNames } from '../../../policy/enforcement.ts';
import { metadataText, textsOf } from '../../cluster/paths.ts';
import { type Check, type Finding, failed, ok, unknown, warning } from '../check.ts';

export const templates: Check = {
  name: 'templates',
  look: ({ templates }) => readiness('templates', templates, templateTitle),
};

export const policies: Check = {
  name: 'policies',
  look: ({ policies }) => readiness('policies', policies, (policy) => `sidecarpolicy/${metadataText(policy, 'name')}`),
};

/** As kubectl takes it. The items of a list have no kind. */
function templateTitle(template: JsonObject): string {
  const [namespace, name] = [metadataText(template, 'namespace'), metadataText(template, 'name')];
  return namespace === '' ? `clustersidecartemplate/${name}` : `sidecartemplate/${name} -n ${namespace}`;
}

/** Objects named in a message. */
const most = 3;

type Objects = readonly JsonObject[];

function readiness(what: string, objects: Objects | undefined, titleOf: (object: JsonObject) => string): Finding {
  if (!objects) return unknown(`You may not list ${what}.`);
  const broken = objects.filter((object) => conditionOf(object, 'Ready')?.status !== 'True');
  const [first] = broken;
  if (!first) return ok(objects.length === 0 ? `There are no ${what}.` : `All ${objects.length} are ready.`);
  const said = broken.slice(0, most).map((object) => {
    const { message = 'the injector has not looked at it' } = conditionOf(object, 'Ready') ?? {};
    return `${titleOf(object)} (${String(message)})`;
  });
  const more = broken.length > most ? ` and ${broken.length - most} more` : '';
  return warning(`Not in use: ${said.join('; ')}${more}.`, `Correct it: kubectl edit ${titleOf(first)}.`);
}

export const rules: Check = {
  name: 'enforcement',
  look({ rules, bindings, policies, registration }) {
    if (typeof registration === 'string') return unknown('There is no registration, and so no name of the rules.');
    if (!rules || !bindings) return unknown('You may not list ValidatingAdmissionPolicies and their bindings.');
    const names = new Set(rules.map((rule) => metadataText(rule, 'name')));
    const missing = ruleNames(registration.name).filter((name) => !names.has(name));
    if (missing.length > 0)
      return failed(
        `These ValidatingAdmissionPolicies of the chart are missing: ${missing.join(', ')}. Policies hold only while an injector answers.`,
        'Run helm upgrade with the values of the installation.',
      );
    const bound = new Set(bindings.map((binding) => textsOf(binding, 'labels')[policyLabel]));
    const loose = (policies ?? []).filter((policy) => isEnforced(policy) && !bound.has(metadataText(policy, 'name')));
    if (loose.length > 0) {
      const { message = 'the injector has not looked at it' } = conditionOf(loose[0] ?? {}, 'Enforced') ?? {};
      return failed(
        `No binding holds ${loose.map((policy) => metadataText(policy, 'name')).join(', ')} inside the API server: ${String(message)}`,
        'Look at the log of the injector. With policies.manage=false, apply what sidecar policy compile prints.',
      );
    }
    return ok("The chart's ValidatingAdmissionPolicies are in place, and each enforced policy is bound to them.");
  },
};

function isEnforced(policy: JsonObject): boolean {
  const { action = 'Enforce', require, forbid } = isObject(policy.spec) ? policy.spec : {};
  const holds = [require, forbid].some((list) => Array.isArray(list) && list.length > 0);
  return action === 'Enforce' && holds && conditionOf(policy, 'Ready')?.status === 'True';
}

function conditionOf({ status }: JsonObject, type: string): JsonObject | undefined {
  return objectsOf(isObject(status) ? status.conditions : undefined).find((condition) => condition.type === type);
}
