/**
 * Structured logs for operators, one JSON object a line on standard error. The story of an incident is not
 * here: that is the ledger's and the report's work.
 */

import pino from 'pino'

export type LogFields = Readonly<Record<string, unknown>>

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** A log on standard error at the given level. */
export function createLog(options: { readonly level: LogLevel }): Log {
  const sink = pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
  return {
    debug: (message, fields) => sink.debug(fields ?? {}, message),
    info: (message, fields) => sink.info(fields ?? {}, message),
    warn: (message, fields) => sink.warn(fields ?? {}, message),
    error: (message, fields) => sink.error(fields ?? {}, message),
  }
}

/** A log that says nothing, for tests and one-shot commands. */
export function silentLog(): Log {
  const drop = (): void => undefined
  return { debug: drop, info: drop, warn: drop, error: drop }
}
