/** What logs say about connections that failed: to which host, and how. The words of the usual runtimes and clients. */

import type { LogLine } from './logs.ts'

export interface ConnectionFailure {
  readonly line: LogLine
  readonly how: 'unresolved' | 'refused' | 'timeout'
  /** As the log names it; an address where the log names no host. */
  readonly host: string | undefined
  readonly port: number | undefined
}

const HOST = '([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)'
const UNRESOLVED: readonly RegExp[] = [
  new RegExp(`(?:ENOTFOUND|EAI_AGAIN)\\s+${HOST}`, 'i'),
  new RegExp(`lookup\\s+${HOST}(?:\\s+on\\s+\\S+)?:\\s*(?:no such host|server misbehaving|.*timeout)`, 'i'),
  new RegExp(`could not translate host name\\s+"?${HOST}"?`, 'i'),
  new RegExp(`UnknownHost(?:Exception)?[:\\s]+"?${HOST}`, 'i'),
  new RegExp(`(?:could not|couldn't|cannot|can't|failed to|unable to) resolve (?:host(?:name)?|address)?[:\\s]*["']?${HOST}`, 'i'),
  new RegExp(`${HOST}(?::\\d+)?[:\\s"')]+.{0,40}(?:name or service not known|nodename nor servname|no such host|temporary failure in name resolution|name does not resolve)`, 'i'),
  new RegExp(`bad address\\s+["']?${HOST}`, 'i'),
  new RegExp(`host(?:name)?\\s+["']?${HOST}["']?\\s+(?:not found|could not be resolved|is unknown)`, 'i'),
  /name or service not known|temporary failure in name resolution|no such host|name resolution failed/i,
]
const PLACE = new RegExp(`(?:tcp\\s+|to\\s+(?:server at\\s+|host\\s+)?|at\\s+|://|host=|ECONNREFUSED\\s+|ETIMEDOUT\\s+|["'(\\s@])${HOST}["']?(?::|,?\\s+port\\s+)(\\d{2,5})\\b`, 'i')
const REFUSED = /connection refused|ECONNREFUSED|connect(?:ion)? (?:was )?refused|actively refused|could not connect to server|no route to host|EHOSTUNREACH|connection reset by peer|ECONNRESET/i
const TIMEOUT = /i\/o timeout|ETIMEDOUT|connect(?:ion)? (?:attempt )?timed? ?out|context deadline exceeded|timeout (?:expired|exceeded|waiting|connecting)|timed out (?:connecting|waiting)|unable to connect|failed to connect|cannot connect/i

/** The failures in these lines, in order. */
export function connectionFailures(lines: readonly LogLine[]): ConnectionFailure[] {
  return lines.flatMap((line): ConnectionFailure[] => {
    const unresolved = UNRESOLVED.map((pattern) => pattern.exec(line.text)).find((match) => match !== null)
    if (unresolved !== undefined) return [{ line, how: 'unresolved', host: hostName(unresolved[1]), port: undefined }]
    const how = REFUSED.test(line.text) ? 'refused' : TIMEOUT.test(line.text) ? 'timeout' : undefined
    if (how === undefined) return []
    const place = PLACE.exec(line.text)
    return [{ line, how, host: hostName(place?.[1]), port: place?.[2] === undefined ? undefined : Number(place[2]) }]
  })
}

function hostName(text: string | undefined): string | undefined {
  return text === undefined || /^(tcp|udp|http|https|dial|error|the|a)$/i.test(text) ? undefined : text.toLowerCase().replace(/\.$/, '')
}

export function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.includes(':')
}
