import { X509Certificate } from 'node:crypto';
import { certificatesIn } from '../../../certificates/bundle.ts';
import { isObject, objectsOf } from '../../../core/json.ts';
import { type Check, failed, ok, unknown, warning } from '../check.ts';
import type { Health } from '../health.ts';

const day = 24 * 60 * 60 * 1000;

/** Whether the API server trusts what the injector serves: the CAs of each entry, and the certificate in the Secret. */
export const certificate: Check = {
  name: 'certificates',
  look(health) {
    const { now, installation } = health;
    const bundles = bundlesOf(health);
    if (!bundles) return unknown('There is no registration with a caBundle.');
    const log = installation
      ? `Run kubectl logs -n ${installation.namespace} deploy/${installation.name}.`
      : 'Look at the log of the injector.';
    const authorities = bundles.map(certificatesOf);
    if (authorities.some((some) => some.every(({ validTo }) => Date.parse(validTo) < now)))
      return failed('Every CA that the API server trusts for the injector has expired.', log);
    const data = isObject(installation?.secret?.data) ? installation.secret.data : undefined;
    const [leaf] = typeof data?.['tls.crt'] === 'string' ? certificatesOf(data['tls.crt']) : [];
    if (!leaf) return unknown('The CAs of the registration are valid; the Secret with the certificate cannot be read.');
    if (
      authorities.some(
        (some) => !some.some((authority) => leaf.checkIssued(authority) && leaf.verify(authority.publicKey)),
      )
    )
      return failed(
        'The certificate in the Secret of the injector is not signed by a CA in the caBundle of its registration.',
        `The injector repairs its caBundle within 10 s. ${log}`,
      );
    const [from, to] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
    const end = `${new Date(to).toISOString().slice(0, 16)}Z`;
    if (from > now)
      return failed(
        `The certificate of the injector is valid only from ${leaf.validFrom}.`,
        'Synchronize the clocks of the nodes and of this machine with NTP.',
      );
    if (to < now) return failed(`The certificate of the injector expired at ${end}.`, log);
    // It is renewed at two thirds of its life.
    if (now > from + (to - from) * 0.8)
      return warning(`The certificate of the injector ends at ${end}, and was not renewed in time.`, log);
    return ok(
      `The API server trusts the certificate of the injector, which ends at ${end}${to - now < day ? ' and is renewed before' : ''}.`,
    );
  },
};

/** The caBundle of each entry of the injector; undefined where there is none. */
function bundlesOf({ webhooks, registration }: Health): readonly string[] | undefined {
  if (typeof registration === 'string') return undefined;
  const configuration = webhooks?.find(({ metadata }) => isObject(metadata) && metadata.name === registration.name);
  const bundles = objectsOf(configuration?.webhooks).flatMap(({ clientConfig }) =>
    isObject(clientConfig) && typeof clientConfig.caBundle === 'string' ? [clientConfig.caBundle] : [],
  );
  return bundles.length > 0 ? [...new Set(bundles)] : undefined;
}

/** The certificates of a PEM text in Base64. */
function certificatesOf(base64: string): X509Certificate[] {
  return certificatesIn(Buffer.from(base64, 'base64').toString()).map((pem) => new X509Certificate(pem));
}
