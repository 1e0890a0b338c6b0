/**
 * A text that stays on its line and cannot control a terminal: its control characters are escaped, as in JSON, and so
 * are halves of characters.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, escaped);
}

/** The same of a message of others, which can have line ends: they are spaces. */
export function onOneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim());
}

/** A text that UTF-8 can hold: halves of characters are escaped like that. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
