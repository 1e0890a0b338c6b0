// fast-check, with the project's seed. A property that fails says which seed it had.
import fc from 'fast-check';
import { seed } from './seed.ts';

fc.configureGlobal({ seed });

export { fc };
