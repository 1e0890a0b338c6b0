import { problemCodes, reasonCodes, warningCodes } from '../../core/problem.ts';
import { uriOfPath } from '../file-path.ts';
import type { Finding } from './finding.ts';

const project = 'https://github.com/sidecar-injector/sidecar-injector';
const descriptions: Readonly<Record<string, string>> = { ...reasonCodes, ...warningCodes, ...problemCodes };

/**
 * The findings as SARIF 2.1.0, which code hosts show beside the lines. Source: docs.oasis-open.org/sarif/sarif/v2.1.0.
 */
export function sarifOf(findings: readonly Finding[], version: string): object {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'sidecar',
            version,
            informationUri: project,
            rules: codes.map((id) => ({
              id,
              shortDescription: { text: descriptions[id] ?? id },
              helpUri: `${project}/blob/main/docs/problems.md#${id}`,
            })),
          },
        },
        results: findings.map((finding) => ({
          ruleId: finding.code,
          ruleIndex: codes.indexOf(finding.code),
          level: finding.level,
          message: { text: textOf(finding) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOfPath(finding.file) },
                region: { startLine: finding.line, startColumn: finding.column },
              },
            },
          ],
        })),
      },
    ],
  };
}

/** Object, path, message and fix. */
export function textOf({ object, path, message, fix }: Finding): string {
  const at = path === '' || message.startsWith(path) ? '' : `${path}: `;
  return [object === '' ? '' : `${object}: `, at, message, fix === '' ? '' : ` ${fix}`].join('');
}
