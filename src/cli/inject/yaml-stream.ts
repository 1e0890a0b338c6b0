import { applySplices, type Splice } from '../../yaml-edit/splice.ts';
import type { EditedFile } from './edit-file.ts';
import type { ManifestFile } from './manifests.ts';

/** The files as one YAML stream. A single file comes out as it went in, but for the edits. */
export function yamlStream(files: readonly EditedFile[]): string {
  if (files.length === 1 && files[0]) return files[0].file.mark + applySplices(files[0].text, files[0].splices);
  let stream = '';
  for (const { file, text, splices } of files) {
    const edited = applySplices(text, [...splices, ...markersBetween(file)]);
    if (stream !== '' && !stream.endsWith('\n')) stream += '\n';
    stream += separator(stream, edited) + edited;
  }
  return stream;
}

/** The objects of a JSON stream follow each other without a marker, which only JSON readers understand. */
function markersBetween({ manifests }: ManifestFile): Splice[] {
  let position = 0;
  return manifests.flatMap(({ text }, i) => {
    const from = position;
    position += text.length;
    return i > 0 && /^\s*\{/.test(text) ? [{ from, to: from, text: '\n---\n' }] : [];
  });
}

/**
 * What has to stand before a file so that it begins a document of its own. kubectl takes a stream that begins with
 * a brace for JSON to its end, so JSON gets a marker even in front.
 */
function separator(before: string, text: string): string {
  if (/^(?:\s*(?:#.*)?\r?\n)*%/.test(text)) return before === '' ? '' : '...\n';
  if (/^(?:\s*(?:#.*)?\r?\n)*---(?:\s|$)/.test(text)) return '';
  return before !== '' || /^\s*[{[]/.test(text) ? '---\n' : '';
}
