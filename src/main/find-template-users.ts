import type { KubeConfig } from '@kubernetes/client-node';
import { openApi } from '../cluster/api.ts';
import { createOwners } from '../cluster/owners.ts';
import { createTemplateUsers } from '../cluster/template-users.ts';
import type { FindTemplateUsers } from '../core/template-users.ts';

/** Over connections of its own: a list of pods never delays a lookup that a pod waits for. */
export function findTemplateUsers(kubeConfig: KubeConfig): FindTemplateUsers {
  const api = openApi(kubeConfig);
  return createTemplateUsers(api, createOwners(api));
}
