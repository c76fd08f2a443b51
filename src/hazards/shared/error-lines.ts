/** Lines by which programs say that something failed, whatever they are written in; and their shape without what changes from line to line. */

import type { LogLine } from './logs.ts'

/** Level words as loggers print them, class names of exceptions, klog's prefix, JSON levels (pino counts in tens), server errors in access logs. */
const SAYS_ERROR: readonly RegExp[] = [
  /\b(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC|EMERG)\b/,
  /\b[A-Za-z.]*(?:Error|Exception)\b(?::|\()/,
  /^\s*error:/i,
  /^[EF]\d{4} /,
  /\blevel=(?:error|fatal|crit\w*|panic)\b/i,
  /"(?:level|severity|lvl|log\.level)"\s*:\s*"(?:error|fatal|crit\w*|panic|alert|emerg\w*)"/i,
  /"level"\s*:\s*(?:50|60)\b/,
  /[[(](?:error|fatal|crit\w*)[\])]/i,
  /\bpanic: /,
  /HTTP\/\d(?:\.\d)?" 5\d\d\b/,
]

export function saysError({ text }: LogLine): boolean {
  return SAYS_ERROR.some((pattern) => pattern.test(text))
}

/** The line without times, numbers, addresses and ids: two complaints of one kind have one shape. */
export function shapeOf(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b/gi, '#').replaceAll(/\d+/g, '#').replaceAll(/#(?:[.:TZ,\-/]#?)+/g, '#').slice(0, 160)
}

/** When a line says that it was printed. */
export function timeOf({ text }: LogLine): number | undefined {
  const stamp = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/.exec(text)?.[0]
  if (stamp === undefined) return undefined
  const iso = stamp.replace(' ', 'T').replace(',', '.')
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`)
  return Number.isFinite(ms) ? ms : undefined
}
