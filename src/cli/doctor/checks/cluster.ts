import { decideNative } from '../../../state/native-sidecars.ts';
import { nativeIn } from '../../cluster/injector.ts';
import { metadataText, textsOf } from '../../cluster/paths.ts';
import { type Check, failed, ok, unknown, unread, warning } from '../check.ts';
import { definitionNames } from '../definitions.ts';
import { rightText } from '../rights.ts';

/** The first minor version of Kubernetes 1 that the chart is for: ValidatingAdmissionPolicy is stable there. */
const firstMinor = 30;

export const kubernetes: Check = {
  name: 'kubernetes',
  look({ apiServer }) {
    const [, minor] = /^v1\.(\d+)/.exec(apiServer) ?? [];
    if (minor === undefined) return unknown('The API server does not say its version.');
    return Number(minor) >= firstMinor
      ? ok(`The API server runs Kubernetes ${apiServer.slice(1)}.`)
      : failed(`The API server runs Kubernetes ${apiServer.slice(1)}.`, `Upgrade it to 1.${firstMinor} or later.`);
  },
};

export const native: Check = {
  name: 'native-sidecars',
  look({ apiServer, installation, nodes }) {
    const setting = nativeIn(installation?.args ?? []);
    if (!nodes && setting === 'auto')
      return unknown('You may not list nodes, whose versions decide about native sidecars.');
    const { nativeSidecars, reason } = decideNative(setting, { apiServer, nodes: nodes ?? [] });
    return nativeSidecars
      ? ok(`Sidecars are native. ${reason}`)
      : warning(
          `Sidecars are plain containers: Jobs with them do not end. ${reason}`,
          'Bring all nodes to Kubernetes 1.29 or later, or set the value native of the chart.',
        );
  },
};

export const definitions: Check = {
  name: 'definitions',
  look({ definitions, client }) {
    if (!definitions) return unknown('You may not read CustomResourceDefinitions.');
    const found = new Map(definitions.map((each) => [metadataText(each, 'name'), each]));
    const missing = definitionNames.filter((name) => !found.has(name));
    if (missing.length > 0)
      return failed(
        `CustomResourceDefinitions are missing: ${missing.join(', ')}.`,
        'Run helm upgrade with crds.install=true.',
      );
    const others = definitionNames.flatMap((name) => {
      const version = textsOf(found.get(name), 'labels')['app.kubernetes.io/version'] ?? 'unknown';
      return version === client ? [] : [`${name} is ${version}`];
    });
    return others.length === 0
      ? ok(`The CustomResourceDefinitions are those of ${client}.`)
      : warning(
          `CustomResourceDefinitions have another version than this command line, ${client}: ${others.join(', ')}.`,
          'Run helm upgrade with crds.install=true, or install the command line of that version.',
        );
  },
};

export const rights: Check = {
  name: 'rights',
  look({ installation }) {
    if (!installation) return unknown(unread);
    if (!installation.lacking)
      return unknown('You may not ask about the rights of the injector (create subjectaccessreviews).');
    const { lacking } = installation;
    return lacking.length === 0
      ? ok('The service account of the injector has the rights that it needs.')
      : failed(
          `The service account of the injector may not ${lacking.map(rightText).join('; ')}.`,
          'Run helm upgrade with rbac.create=true, or give it these rights.',
        );
  },
};
