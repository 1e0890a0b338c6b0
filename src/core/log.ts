/** The levels of the log, from the most to the least detailed. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Writes one line: fields, then a message. A pino logger is one. */
export type Log = { readonly [level in LogLevel]: (fields: object, message: string) => void };
