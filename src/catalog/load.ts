import { type Document, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { expressionQuotes } from '../core/expression-quotes.ts';
import { messageOf } from '../core/message-of.ts';
import type { Problem } from '../core/problem.ts';
import { expressionOffset, pathText, sentence, type TemplateProblem } from '../language/template-problem.ts';
import { compileTemplate } from '../template/compile.ts';
import { deferredTemplate } from '../template/deferred.ts';
import type { TemplateDocument } from '../template/schema.ts';
import type { Template } from '../template/template.ts';
import { type Catalog, extendCatalog, maxTemplates, namespaceOf, noCatalog, tooManyTemplates } from './catalog.ts';

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

/** A compiled template, its file, and how a problem of it is located in there. */
interface Found {
  readonly template: Template;
  readonly file: string;
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
  const counts = new Map<string, number>();
  for (const each of found) {
    const namespace = namespaceOf(each.template);
    const count = (counts.get(namespace ?? '') ?? 0) + 1;
    counts.set(namespace ?? '', count);
    const conflict = conflicts.get(each.template);
    if (conflict) problems.push(each.located(ofTwoNamespaces(each, found) ?? conflict));
    else if (namespace !== undefined && count > maxTemplates) problems.push(each.located(tooManyTemplates));
  }
  return { catalog, problems };
}

/** A cluster can have a sidecar of one name in two namespaces, but the folders of a catalog cannot. */
function ofTwoNamespaces({ template }: Found, found: readonly Found[]): TemplateProblem | undefined {
  const first = found.find((each) => each.template.name === template.name);
  const [own, other] = [namespaceOf(template), first && namespaceOf(first.template)];
  if (!first || own === undefined || other === undefined || own === other) return undefined;
  const message = `${first.file} has a sidecar ${template.name} too, for the namespace ${other}: choose another name, or use a folder for each namespace`;
  return { path: ['metadata', 'name'], message };
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
      ? { template: deferredTemplate(document), file: name, located }
      : foundIn(compileTemplate(document), name, located, problems),
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
    return foundIn(compiledFrom(document), name, located, problems);
  });
}

function foundIn(
  compiled: ReturnType<typeof compileTemplate>,
  file: string,
  located: Found['located'],
  problems: Problem[],
): Found[] {
  if (!('problems' in compiled)) return [{ template: compiled, file, located }];
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
