import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { badTemplate, type LoadedCatalog, loadTemplates, type TemplateFile } from '../catalog/load.ts';
import { bytesOfPath, textOfName } from '../cli/file-path.ts';
import { messageOf } from '../core/message-of.ts';
import type { Problem } from '../core/problem.ts';
import { builtInTemplates } from './own-files.ts';

/** Loads the built-in templates, deferred where that is asked for, and every *.yaml and *.yml file of the folders. */
export function loadCatalog(folders: readonly string[], deferred = false): LoadedCatalog {
  const unreadable: Problem[] = [];
  const files = folders
    .flatMap((folder) => filesOf(folder, unreadable))
    .flatMap((file) => readTemplates(file, unreadable));
  const { catalog, problems } = loadTemplates([...builtInTemplates(), ...files], deferred);
  return { catalog, problems: [...unreadable, ...problems] };
}

function filesOf(folder: string, problems: Problem[]): string[] {
  try {
    const names = readdirSync(folder, { encoding: 'buffer' }).map(textOfName);
    const found = names.filter((name) => /\.ya?ml$/.test(name));
    return found.sort().map((name) => join(folder, name));
  } catch (error) {
    const problem = badTemplate(folder, `The folder cannot be read: ${messageOf(error)}.`);
    problems.push({ ...problem, fix: 'Pass a folder of templates with --catalog.' });
    return [];
  }
}

/** The path can be a folder too: its name can end in `.yaml`. */
function readTemplates(file: string, problems: Problem[]): TemplateFile[] {
  try {
    return [{ name: file, text: readFileSync(bytesOfPath(file), 'utf8') }];
  } catch (error) {
    problems.push(badTemplate(file, `The file cannot be read: ${messageOf(error)}.`));
    return [];
  }
}
