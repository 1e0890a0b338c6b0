import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNode, LineCounter, parseAllDocuments } from 'yaml';
import type { Problem } from '../core/problem.ts';
import { pathText, type TemplateProblem } from '../language/template-problem.ts';
import { compileTemplate } from '../template/compile.ts';
import type { Template } from '../template/template.ts';
import { type Catalog, extendCatalog, noCatalog } from './catalog.ts';

/** A catalog of what could be compiled, and every problem of what could not. */
export interface LoadedCatalog {
  readonly catalog: Catalog;
  readonly problems: readonly Problem[];
}

/** The built-in templates: beside the bundled program, or in the source tree. */
export function builtInFolder(): string {
  const bundled = fileURLToPath(new URL('./catalog', import.meta.url));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('./', import.meta.url));
}

/** Compiles the built-ins and every *.yaml and *.yml of the folders. Problems name file, line and column. */
export function loadCatalog(folders: readonly string[]): LoadedCatalog {
  const problems: Problem[] = [];
  const found = [builtInFolder(), ...folders]
    .flatMap((folder) => yamlFilesOf(folder, problems))
    .flatMap((file) => templatesOf(file, problems));
  const templates = found.map(({ template }) => template);
  const { catalog, conflicts } = extendCatalog(noCatalog, templates, { replace: false });
  for (const { template, problemOf } of found) {
    const conflict = conflicts.get(template);
    if (conflict) problems.push(problemOf(conflict));
  }
  return { catalog, problems };
}

function yamlFilesOf(folder: string, problems: Problem[]): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    const message = `The folder cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    problems.push({ ...badTemplate(folder, message), fix: 'Name a folder of templates by --catalog.' });
    return [];
  }
}

interface Found {
  readonly template: Template;
  /** What is wrong with it, with the place in its file. */
  readonly problemOf: (problem: TemplateProblem) => Problem;
}

function templatesOf(file: string, problems: Problem[]): Found[] {
  const lines = new LineCounter();
  const name = basename(file);
  const text = textOf(file, problems);
  return parseAllDocuments(text, { lineCounter: lines }).flatMap((document): Found[] => {
    const place = (offset: number) => `${name}:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
    const problemOf = (problem: TemplateProblem) =>
      badTemplate(
        `${place(offsetOf(document, problem))} ${pathText(problem.path)}`.trim(),
        /[.?]$/.test(problem.message) ? problem.message : `${problem.message}.`,
      );
    for (const error of document.errors) problems.push(badTemplate(place(error.pos[0]), `${reasonOf(error.message)}.`));
    if (document.errors.length > 0 || document.contents === null) return [];
    const compiled = compiledFrom(document);
    if (!('problems' in compiled)) return [{ template: compiled, problemOf }];
    problems.push(...compiled.problems.map(problemOf));
    return [];
  });
}

function reasonOf(message: string): string {
  if (message.startsWith('Maximum call stack')) return 'The file is nested too deeply';
  return message.split(/ at line \d+, column \d+/)[0] ?? message;
}

/** Aliases that would grow without end are refused by the parser. */
function compiledFrom(document: ReturnType<typeof parseAllDocuments>[number]): ReturnType<typeof compileTemplate> {
  try {
    return compileTemplate(document.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    return { problems: [{ path: [], message: error instanceof Error ? error.message : String(error) }] };
  }
}

/** Nothing where it cannot be read: a folder can be called `x.yaml` too. */
function textOf(file: string, problems: Problem[]): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    problems.push(badTemplate(file, `The file cannot be read: ${why}.`));
    return '';
  }
}

/** Where the problem is in the file: the deepest node of its path that exists. */
function offsetOf(document: ReturnType<typeof parseAllDocuments>[number], problem: TemplateProblem): number {
  for (let length = problem.path.length; length > 0; length--) {
    const node = document.getIn(problem.path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function badTemplate(path: string, message: string): Problem {
  return { code: 'bad-template', path, message, fix: 'Mend the template; docs/templates.md shows every field.' };
}
