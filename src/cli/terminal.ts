/** How the terminal is written to: results on standard output, progress and complaints on standard error. */

import process from 'node:process'
import pc from 'picocolors'
import { faultLine, isFault } from '../kernel/fault.ts'
import { processRedactor } from '../kernel/redact/process-redactor.ts'
import { UNSEEN } from '../kernel/visible.ts'

/** 0 done, 1 findings or a failed rehearsal, 2 bad input or a world that does not answer. */
export type ExitCode = 0 | 1 | 2

/** Only a terminal gets colours, as elsewhere in the tool: a pipeline that sets `CI` and a file that is read later do not. */
export function coloursWanted(out: { readonly isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0'
  return out.isTTY === true && env['TERM'] !== 'dumb'
}

export const colours = pc.createColors(coloursWanted(process.stdout, process.env))

export function print(text: string): void {
  process.stdout.write(`${harmless(text)}\n`)
}

export function note(text: string): void {
  process.stderr.write(`${harmless(text)}\n`)
}

/**
 * Colours and line breaks pass; nothing else that draws nothing does. Much of what is printed was written by alerts and
 * containers, and a terminal obeys: it can be told to overwrite the line above, to type for its user, or to write
 * from right to left.
 */
export function harmless(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(COLOUR_OR_UNSEEN, (match, colour: string | undefined) => (match === '\n' || colour !== undefined ? match : ''))
}

const COLOUR_OR_UNSEEN = new RegExp(`(\\u001B\\[[\\d;]*m)|${UNSEEN.source}`, 'gu')

/** What is under way, on one line that the next one overwrites; an empty text takes it away. Only people who look get it. */
export function progress(text: string, out: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr): void {
  if (out.isTTY === true) out.write(`\r\u001B[K${harmless(text)}`)
}

/** One JSON value, one line: what scripts read. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** A fault is one clear line and exit code 2; anything else is our own bug and shows its stack. */
export function complain(error: unknown): ExitCode {
  progress('')
  if (isFault(error)) note(`boyd: ${processRedactor.text(faultLine(error))}`)
  else note(`boyd: this is a bug of ours, please report it.\n${processRedactor.text(error instanceof Error ? (error.stack ?? error.message) : String(error))}`)
  return 2
}
