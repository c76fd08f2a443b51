/** Where a probe looks, and whether that is a place where the container can answer. */

import type { Container, Probe } from 'kubernetes-types/core/v1.d.ts'
import type { LogLine } from './logs.ts'

export interface ProbeTarget {
  readonly type: 'http' | 'tcp' | 'grpc' | 'exec'
  /** As written: a number or a name. */
  readonly port: number | string | undefined
  /** The number it means; undefined for a name that no port has. */
  readonly number: number | undefined
  readonly path: string | undefined
}

export function probeTarget(container: Container, probe: Probe): ProbeTarget {
  const { httpGet, tcpSocket, grpc } = probe
  if (httpGet !== undefined) return { type: 'http', port: httpGet.port, number: portNumber(container, httpGet.port), path: httpGet.path ?? '/' }
  if (tcpSocket !== undefined) return { type: 'tcp', port: tcpSocket.port, number: portNumber(container, tcpSocket.port), path: undefined }
  return grpc === undefined ? { type: 'exec', port: undefined, number: undefined, path: undefined } : { type: 'grpc', port: grpc.port, number: grpc.port, path: undefined }
}

function portNumber(container: Container, port: number | string): number | undefined {
  if (typeof port === 'number') return port
  return /^\d+$/.test(port) ? Number(port) : container.ports?.find((declared) => declared.name === port)?.containerPort
}

/** How long a probe may fail before it counts, with the API's own defaults (core/v1 Probe). */
export function patienceMs(probe: Probe): number {
  return ((probe.initialDelaySeconds ?? 0) + (probe.failureThreshold ?? 3) * (probe.periodSeconds ?? 10)) * 1000
}

const LISTENS = /\b(?:listen(?:ing|s)?|serv(?:ing|er started|er running)|started|bound|running|ready)\b[^\n]*?(?::|\bport\s*[:=]?\s*|\bon\s+)(\d{2,5})\b/i

/** Ports on which the container's log says it listens. */
export function listensOn(lines: readonly LogLine[]): { readonly port: number; readonly line: LogLine }[] {
  return lines.flatMap((line) => {
    const port = Number(LISTENS.exec(line.text)?.[1])
    return port > 0 && port < 65_536 ? [{ port, line }] : []
  })
}
