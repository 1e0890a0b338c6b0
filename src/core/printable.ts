/** A text that stays on its line and cannot control a terminal: its control characters are escaped, as in JSON. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
