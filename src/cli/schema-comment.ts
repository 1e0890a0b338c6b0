/** The first line of a template, by which editors find its schema: that of a released version. */
export function schemaComment(version: string): string {
  const repository = 'https://raw.githubusercontent.com/sidecar-injector/sidecar-injector';
  return `# yaml-language-server: $schema=${repository}/v${version}/schemas/template.json\n`;
}
