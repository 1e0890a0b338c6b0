import { lineProblem } from './one-line.ts';
import type { ParameterType } from './parameter-type.ts';
import { problem, quoted, type Reader } from './value.ts';

/** `git@github.com:org/repo.git`: how git writes an ssh address without a scheme. */
const scpForm = /^[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,253}:[^\s:][^\s]*$/;

const maxLength = 2048;
const defaultSchemes = ['https', 'http'];

/** URLs of the declared schemes; the pseudo-scheme `scp` stands for `user@host:path`. Expressions see the text. */
export const url: ParameterType = {
  fields: ['schemes'],
  reader: ({ schemes = defaultSchemes }) => urlReader(schemes),
  sample: ({ schemes: [scheme] = defaultSchemes }) =>
    scheme === 'scp' ? 'sample@example.com:sample' : `${scheme}://example.com/sample`,
  longest: () => ({ size: maxLength, items: 0 }),
};

/** Refuses a password in a URL: everyone who may read the pod can read its annotations. */
function urlReader(schemes: readonly string[]): Reader {
  const forms = schemes.map((scheme) => (scheme === 'scp' ? 'user@host:path' : `${scheme}://host/path`)).join(', ');
  const fix = `Write ${forms}.`;
  return (text) => {
    const found = lineProblem(text, 'bad-url', maxLength);
    if (found) return found;
    if (schemes.includes('scp') && !text.includes('://') && scpForm.test(text)) return { value: text };
    if (/[\s\\]/.test(text)) return problem('bad-url', `${quoted(text)} contains a space or a backslash.`, fix);
    const written = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
    const scheme = written?.toLowerCase();
    const url = URL.canParse(text) ? new URL(text) : null; // URL.parse is younger than Node 20
    if (scheme === undefined || url === null) return problem('bad-url', `${quoted(text)} is not a URL.`, fix);
    if (!schemes.includes(scheme)) return problem('bad-url', `The sidecar cannot use ${scheme}:// addresses.`, fix);
    // Templates look at how it begins.
    if (written !== scheme) return problem('bad-url', `The scheme of ${quoted(text)} is not in lower case.`, fix);
    if (url.port === '0') return problem('bad-url', `Nothing listens on port 0 of ${quoted(text)}.`, fix);
    if (url.hostname === '') return problem('bad-url', `${quoted(text)} has no host.`, fix);
    if (url.password !== '' || (url.username !== '' && scheme.startsWith('http'))) {
      const message = 'The URL carries a user name or a password, which anyone who can read the pod would see.';
      return problem('bad-url', message, 'Take it out of the URL and put it in a Secret.');
    }
    return { value: text };
  };
}
