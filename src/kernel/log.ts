/**
 * Structured logs for operators, one JSON object a line on standard error. The story of an incident is not
 * here: that is the ledger's and the report's work.
 */

import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { KnownValues } from './redact/known-values.ts'
import { createRedactor } from './redact/redactor.ts'

export type LogFields = Readonly<Record<string, unknown>>

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** A log on standard error at the given level. Every line is redacted; `known` are secrets that are told by their value. */
export function createLog(options: { readonly level: LogLevel; readonly known?: KnownValues }): Log {
  const redactor = createRedactor({ key: randomBytes(32), ...(options.known === undefined ? {} : { known: options.known }) })
  const sink = pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
  const say = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: LogFields = {}): void => sink[level](redactor.json(fields), redactor.text(message))
  return {
    debug: (message, fields) => say('debug', message, fields),
    info: (message, fields) => say('info', message, fields),
    warn: (message, fields) => say('warn', message, fields),
    error: (message, fields) => say('error', message, fields),
  }
}

/** A log that says nothing, for tests and one-shot commands. */
export function silentLog(): Log {
  const drop = (): void => undefined
  return { debug: drop, info: drop, warn: drop, error: drop }
}
