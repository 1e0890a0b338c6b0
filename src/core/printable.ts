/**
 * Everything that moves the cursor, reorders or hides text, or cannot be seen: control and format characters, halves of
 * characters, line and paragraph separators, and letters without a form.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f/gu;

/**
 * A text as every message shows it: it stays on its line, cannot control a terminal, and hides nothing. Characters that
 * could are escaped, as in JSON. Never for what a program reads, such as manifests.
 */
export function printable(text: string): string {
  return text.replace(unseen, escaped);
}

/** The same of a message of others, which can have line ends: they are spaces. */
export function onOneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim());
}

/** The same in documents, where a line end or a tab is as visible as a letter. */
const unseenInDocument = `(?![\\n\\t])(?:${unseen.source})`;
const oneUnseen = new RegExp(unseenInDocument, 'u');
const allUnseen = new RegExp(unseenInDocument, 'gu');

/** True for a text with something that a document should escape. */
export function hidesSomething(text: string): boolean {
  return oneUnseen.test(text);
}

/** A document of the same values, where that is escaped. In YAML, it has to be within double quotes. */
export function printableDocument(text: string, format: 'json' | 'yaml'): string {
  return text.replace(allUnseen, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    if (code.length > 4 && format === 'yaml') return `\\U${code.padStart(8, '0')}`;
    const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
    return units.map((unit) => `\\u${unit}`).join('');
  });
}

/** A text that UTF-8 can hold: halves of characters are escaped like that. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, escaped);
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
