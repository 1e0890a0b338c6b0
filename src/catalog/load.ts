import { type Document, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { expressionQuotes } from '../core/expression-quotes.ts';
import { messageOf } from '../core/message-of.ts';
import type { Problem } from '../core/problem.ts';
import { expressionOffset, pathText, sentence, type TemplateProblem } from '../language/template-problem.ts';
import { compileTemplate } from '../template/compile.ts';
import { deferredTemplate } from '../template/deferred.ts';
import type { TemplateDocument } from '../template/schema.ts';
import type { Template } from '../template/template.ts';
import { type Catalog, extendCatalog, noCatalog } from './catalog.ts';

/** A file of templates: YAML, or for a name that ends in `.json`, what `builtTemplates` makes of it. */
export interface TemplateFile {
  /** As problems show it. */
  readonly name: string;
  readonly text: string;
}

/** The templates that can be used, and the problems of all others. */
export interface LoadedCatalog {
  readonly catalog: Catalog;
  readonly problems: readonly Problem[];
}

/** A compiled template, and how a problem of it is located in its file. */
interface Found {
  readonly template: Template;
  readonly located: (problem: TemplateProblem) => Problem;
}

/**
 * Compiles the templates of files, each of which can have several documents. Problems name file, line and column. With
 * `deferred`, those that the build has checked are compiled when something asks for them.
 */
export function loadTemplates(files: readonly TemplateFile[], deferred = false): LoadedCatalog {
  const problems: Problem[] = [];
  const found = files.flatMap((file) =>
    file.name.endsWith('.json') ? parsedTemplatesOf(file, problems, deferred) : templatesOf(file, problems),
  );
  const templates = found.map(({ template }) => template);
  const { catalog, conflicts } = extendCatalog(noCatalog, templates, { replace: false });
  for (const { template, located } of found) {
    const conflict = conflicts.get(template);
    if (conflict) problems.push(located(conflict));
  }
  return { catalog, problems };
}

/** A problem of a template file; `path` is file, line, column and path. */
export function badTemplate(path: string, message: string): Problem {
  const fix = 'Correct the template: docs/templates.md describes every field.';
  return { code: 'bad-template', path, message, fix };
}

/** To parse YAML takes as long as to compile what is in it. */
function parsedTemplatesOf({ name, text }: TemplateFile, problems: Problem[], deferred: boolean): Found[] {
  const located = ({ path, message }: TemplateProblem) =>
    badTemplate(`${name} ${pathText(path)}`.trim(), sentence(message));
  const documents: readonly TemplateDocument[] = JSON.parse(text); // see `builtTemplates`
  return documents.flatMap((document) =>
    deferred
      ? { template: deferredTemplate(document), located }
      : foundIn(compileTemplate(document), located, problems),
  );
}

function templatesOf({ name, text }: TemplateFile, problems: Problem[]): Found[] {
  const lines = new LineCounter();
  return parseAllDocuments(text, { lineCounter: lines }).flatMap((document): Found[] => {
    const position = (offset: number) => `${name}:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
    const located = (problem: TemplateProblem) =>
      badTemplate(
        `${position(offsetOf(document, problem, text))} ${pathText(problem.path)}`.trim(),
        sentence(problem.message),
      );
    // Only the first error of syntax, because it often causes the others.
    const errors = document.errors.filter(({ code }, i) => i === 0 || code === 'DUPLICATE_KEY');
    for (const { pos, message } of errors) {
      const quotes = expressionQuotes(text, pos[0]);
      problems.push(badTemplate(position(pos[0]), `${syntaxMessage(message)}.${quotes ? ` ${quotes}` : ''}`));
    }
    if (document.errors.length > 0 || isEmpty(document)) return [];
    return foundIn(compiledFrom(document), located, problems);
  });
}

function foundIn(
  compiled: ReturnType<typeof compileTemplate>,
  located: Found['located'],
  problems: Problem[],
): Found[] {
  if (!('problems' in compiled)) return [{ template: compiled, located }];
  problems.push(...compiled.problems.map(located));
  return [];
}

/** Nothing but comments. */
function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

function syntaxMessage(message: string): string {
  if (message.startsWith('Maximum call stack')) return 'The file is nested too deeply';
  return message.split(/ at line \d+, column \d+/)[0] ?? message;
}

/** The parser refuses aliases that would grow without end. */
function compiledFrom(document: Document): ReturnType<typeof compileTemplate> {
  try {
    return compileTemplate(document.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    return { problems: [{ path: [], message: messageOf(error) }] };
  }
}

/** The offset of the deepest node of the path that exists, or of the expression in it that the message names. */
function offsetOf(document: Document, { path, message }: TemplateProblem, text: string): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const [from, to] = node.range;
    return from + expressionOffset(text.slice(from, to), message);
  }
  return 0;
}
