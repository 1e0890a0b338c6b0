import { printable } from '../../core/printable.ts';
import type { Console, ExitCode } from '../console.ts';
import { formatted } from '../formatted.ts';
import type { Finding } from './finding.ts';
import { sarifOf, textOf } from './sarif.ts';

export const checkOutputs = ['text', 'json', 'yaml', 'sarif', 'github'] as const;

type CheckOutput = (typeof checkOutputs)[number];

/** Prints the findings, and on standard error how many there are. */
export function printFindings(
  console: Console,
  findings: readonly Finding[],
  output: CheckOutput,
  version: string,
): ExitCode {
  console.stdout(printed(findings, output, version));
  const errors = findings.filter(({ level }) => level === 'error').length;
  console.stderr(`${counted(errors, 'problem')}, ${counted(findings.length - errors, 'warning')}.\n`);
  return errors > 0 ? 1 : 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function printed(findings: readonly Finding[], output: CheckOutput, version: string): string {
  switch (output) {
    case 'json':
    case 'yaml':
      return formatted(findings, output);
    case 'sarif':
      return formatted(sarifOf(findings, version), 'json');
    case 'github':
      return findings.map(annotationOf).join('');
    case 'text':
      return findings.map(lineOfFinding).join('');
  }
}

function lineOfFinding(finding: Finding): string {
  const { file, line, column, level, code } = finding;
  return `${printable(`${file}:${line}:${column}: ${level}: ${textOf(finding)} [${code}]`)}\n`;
}

/** A workflow command of GitHub Actions. Source: docs.github.com, "Workflow commands for GitHub Actions". */
function annotationOf(finding: Finding): string {
  const { file, line, column, level, code } = finding;
  const property = (text: string) => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${level} file=${property(file)},line=${line},col=${column},title=${property(code)}::${escaped(textOf(finding))}\n`;
}

function escaped(text: string): string {
  return printable(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
}
