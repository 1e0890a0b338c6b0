import { onOneLine, printable } from '../../core/printable.ts';
import type { Cause } from '../../engine/explain/cause.ts';
import type { Decision } from '../../engine/explain/explain.ts';
import type { Story } from '../../engine/explain/story.ts';

/** A decision for a person: what is so, its cause and its fix in the first three lines, and then how it came about. */
export function decisionText({ summary, cause, also, story, now }: Decision, colour: boolean): string {
  const lines = [
    `Cause: ${cause ? causeText(cause) : reasonText(story)}`,
    `Fix:   ${onOneLine(cause?.fix ?? 'None needed.')}`,
    '',
    ...also.map((each) => `Also:  ${causeText(each)} ${onOneLine(each.fix)}`),
    ...(also.length > 0 ? [''] : []),
    ...storyLines(story, now !== undefined || story.webhooks.length > 0),
    ...(now === undefined ? [] : [now]),
  ];
  return `${[bold(printable(summary), colour), ...lines.map(printable)].join('\n')}\n`;
}

/** With the code of a problem, which `sidecar explain CODE` takes. */
function causeText(cause: Cause): string {
  return `${onOneLine(cause.cause)}${'code' in cause ? ` [${cause.code}]` : ''}`;
}

/** What turned on the sidecars of a pod that has all of them. */
function reasonText({ sidecars }: Story): string {
  return sidecars
    .filter(({ injected }) => injected)
    .map(({ name, why }) => `${name}: ${why}.`)
    .join(' ');
}

function storyLines(
  { namespace, policies, workload, pod, webhooks, sidecars, warnings, events }: Story,
  isLive: boolean,
): string[] {
  return [
    ...section('Namespace', annotationLines(namespace)),
    ...section(
      'Policies',
      policies.map(({ name, action, says }) => `${name} (${action}): ${says}`),
    ),
    ...section('Workload', annotationLines(workload)),
    ...section('Pod', annotationLines(pod)),
    ...(isLive ? section('Webhook', webhooks.map(entryLine)) : []),
    ...section(
      'Sidecars',
      sidecars.flatMap(({ name, injected, why, settings }) => [
        `${name}: ${injected ? 'yes' : 'no'}, ${why}`,
        ...settings.map(({ parameter, value, source }) => `  ${parameter} = ${onOneLine(value)}  (${source})`),
      ]),
    ),
    ...section('Warnings', warnings.map(onOneLine)),
    ...(isLive ? section('Events', events.slice(-mostEvents).map(eventLine)) : []),
  ];
}

const mostEvents = 5;

function entryLine({ name, failurePolicy, asked }: Story['webhooks'][number]): string {
  return `${name} (${failurePolicy}): ${asked}`;
}

function eventLine({ about, reason, message, last, count }: Story['events'][number]): string {
  const times = count > 1 ? ` (${count} times)` : '';
  return onOneLine(`${last} ${about} ${reason}${times}: ${message}`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [`${title}: none`] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function annotationLines(annotations: Story['pod']): string[] {
  return Object.entries(annotations).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
}

function bold(text: string, colour: boolean): string {
  return colour ? `\x1b[1m${text}\x1b[0m` : text;
}
