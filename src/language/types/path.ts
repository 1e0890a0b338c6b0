import { lineProblem } from './one-line.ts';
import type { ParameterType } from './parameter-type.ts';
import { problem, quoted, type Reader } from './value.ts';

const maxLength = 1024;

/** Absolute paths of a container, where something can be mounted, or relative ones below a folder. */
export const path: ParameterType = {
  fields: ['relative'],
  reader: ({ relative = false }) => pathReader(relative),
  sample: ({ relative }) => (relative ? 'sample' : '/sample'),
  longest: () => ({ size: maxLength, items: 0 }),
};

/** Kubernetes refuses `:` in a mount path; `..` would leave the folder that was meant. */
function pathReader(relative: boolean): Reader {
  const fix = relative
    ? 'Write a relative path such as "docs/site".'
    : 'Write an absolute path such as "/var/www/html".';
  return (text) => {
    const found = lineProblem(text, 'bad-path', maxLength);
    if (found) return found;
    const clean = text.replace(/\/+$/, '');
    if (text.startsWith('/') === relative || text.startsWith('~')) {
      return problem('bad-path', `${quoted(text)} is not ${relative ? 'a relative' : 'an absolute'} path.`, fix);
    }
    const parts = clean.split('/');
    if (parts.some((part, i) => part === '..' || part === '.' || (part === '' && (relative || i > 0)))) {
      return problem('bad-path', `${quoted(text)} has an empty part, "." or "..".`, fix);
    }
    if (parts.some((part) => Buffer.byteLength(part) > 255)) {
      return problem('bad-path', 'A part of the path is longer than 255 bytes, the limit of file systems.', fix);
    }
    if (text.includes(':') || text.includes('\\')) {
      return problem('bad-path', `${quoted(text)} contains ":" or "\\", which a mount path cannot have.`, fix);
    }
    if (clean === '' || /^\/(proc|sys|dev)(\/|$)/.test(clean)) {
      return problem('bad-path', `${quoted(text)} belongs to the system.`, 'Choose a folder that belongs to the app.');
    }
    return { value: clean };
  };
}
