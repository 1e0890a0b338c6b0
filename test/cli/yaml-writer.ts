import type { Json } from '../../src/core/json.ts';
import { isEmpty, isObject } from '../../src/core/json.ts';
import { readsAsOther } from '../../src/yaml-edit/schema.ts';
import type { Dice } from './dice.ts';

/** How a generated document is written. */
export interface Habits {
  readonly dice: Dice;
  readonly step: number;
  readonly listStep: number;
  readonly gap: number;
  readonly flow: boolean;
  readonly comments: boolean;
}

/** Writes values as people and programs write YAML: in many styles, with comments and blank lines between. */
export class YamlWriter {
  readonly lines: string[] = [];
  readonly #habits: Habits;
  #comments = 0;
  /** How many lines there are once a block scalar ends: a comment there that stands far in would belong to it. */
  #literalEnds = -1;

  constructor(habits: Habits) {
    this.#habits = habits;
  }

  /** The pairs of a map (with at least one) at a column; `first` is what the line of the first one begins with. */
  map(value: { readonly [key: string]: Json | undefined }, column: number, first?: string): void {
    let begin = first;
    for (const [key, item = null] of Object.entries(value)) {
      if (begin === undefined) this.#between(column);
      this.#value(`${begin ?? ' '.repeat(column)}${this.#scalar(key, false, false)}:`, item, column, false);
      begin = undefined;
    }
  }

  list(items: readonly Json[], column: number, first?: string): void {
    let begin = first;
    for (const item of items) {
      if (begin === undefined) this.#between(column);
      this.#value(`${begin ?? ' '.repeat(column)}-`, item, column, true);
      begin = undefined;
    }
  }

  #value(start: string, value: Json, column: number, inList: boolean): void {
    const { dice, step, listStep, gap, flow } = this.#habits;
    const full = Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
    if (!full) this.#leaf(start, value, column);
    else if (flow && dice.once(6)) this.#flow(start, value, column);
    else if (!inList) {
      this.lines.push(`${start}${dice.once(9) ? '  ' : ''}${this.#trailing()}`);
      if (Array.isArray(value)) this.list(value, column + listStep);
      else if (isObject(value)) this.map(value, column + step);
    } else {
      const begin = start + ' '.repeat(gap - 1);
      if (Array.isArray(value)) this.list(value, column + gap, begin);
      else if (isObject(value)) this.map(value, column + gap, begin);
    }
  }

  #leaf(start: string, value: Json, column: number): void {
    const { dice } = this.#habits;
    if (typeof value === 'string' && /^\S.*\n/.test(value) && dice.once(2)) {
      const chomp = /\n\n$/.test(value) ? '+' : value.endsWith('\n') ? '' : '-';
      const indent = ' '.repeat(column + this.#habits.step + 1);
      this.lines.push(`${start} |${chomp}${this.#trailing()}`);
      this.#literalEnds = this.lines.length + value.replace(/\n$/, '').split('\n').length;
      for (const line of value.replace(/\n$/, '').split('\n')) this.lines.push(line === '' ? '' : indent + line);
      return;
    }
    if (value === null) this.lines.push(`${start}${dice.pick(['', ' ~', ' null', ' # nothing'])}${this.#trailing()}`);
    else if (isEmpty(value) && this.#habits.comments && this.#habits.flow && dice.once(4))
      this.lines.push(...this.#emptyLines(start, value, column));
    else this.lines.push(`${start} ${this.#inline(value, false)}${this.#trailing()}`);
  }

  /** An empty list or map with a comment in its brackets. */
  #emptyLines(start: string, value: Json, column: number): string[] {
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    return [`${start} ${open} # c${this.#comments++}`, `${' '.repeat(column + 1)}${close}${this.#trailing()}`];
  }

  #flow(start: string, value: Json, column: number): void {
    const { dice } = this.#habits;
    if (dice.once(2)) {
      this.lines.push(`${start} ${this.#inline(value, true)}${this.#trailing()}`);
      return;
    }
    const parts = Array.isArray(value)
      ? value.map((item: Json) => this.#inline(item, true))
      : Object.entries(value as object).map(
          ([key, item]) => `${this.#scalar(key, true, true)}: ${this.#inline(item, true)}`,
        );
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    const indent = ' '.repeat(column + this.#habits.step);
    this.lines.push(`${start} ${open}${this.#trailing()}`);
    const commaAtEnd = dice.once(3);
    parts.forEach((part, i) => {
      this.lines.push(`${indent}${part}${i < parts.length - 1 || commaAtEnd ? ',' : ''}${this.#trailing()}`);
    });
    this.lines.push(`${' '.repeat(column + 1)}${close}${this.#trailing()}`);
  }

  #inline(value: Json, inFlow: boolean): string {
    if (typeof value === 'string') return this.#scalar(value, inFlow, true);
    if (Array.isArray(value)) return `[${value.map((item: Json) => this.#inline(item, true)).join(', ')}]`;
    if (!isObject(value)) return JSON.stringify(value);
    const pad = this.#habits.dice.once(2) && Object.keys(value).length > 0 ? ' ' : '';
    const pairs = Object.entries(value).map(
      ([key, item]) => `${this.#scalar(key, true, true)}: ${this.#inline(item ?? null, true)}`,
    );
    return `{${pad}${pairs.join(', ')}${pad}}`;
  }

  #scalar(text: string, inFlow: boolean, mayQuote: boolean): string {
    const { dice } = this.#habits;
    const plain = /^[A-Za-z0-9/][A-Za-z0-9/._ -]*$/.test(text) && !/ $/.test(text) && !readsAsOther(text);
    if (plain && (!mayQuote || dice.below(3) > 0)) return text;
    const single = /^[ -~]*$/.test(text) && (inFlow || dice.once(2));
    return single ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
  }

  /** Comments and blank lines between two items. */
  #between(column: number): void {
    const { dice, comments } = this.#habits;
    if (!comments) return;
    if (dice.once(12) && this.lines.length !== this.#literalEnds) this.lines.push('');
    const atLiteral = this.lines.length === this.#literalEnds;
    const far = atLiteral ? column : dice.pick([column, column, column + 2, column + 7, Math.max(0, column - 2), 0]);
    if (dice.once(6)) this.lines.push(`${' '.repeat(far)}# c${this.#comments++}`);
  }

  #trailing(): string {
    const { dice, comments } = this.#habits;
    return comments && dice.once(8) ? ` # c${this.#comments++}: x` : dice.once(30) ? '  ' : '';
  }
}
