/**
 * What a process answers to a probe, and in which words the kubelet reports a failure (`pkg/probe`).
 *
 * Commands and gRPC health checks are answered well once the process has started: a world describes ports and
 * paths. A rehearsal that meets such a probe says so.
 */

import type { Container, Probe } from 'kubernetes-types/core/v1.d.ts'
import { digestOfJson } from '../../kernel/canonical-json.ts'
import type { ImageBehaviour } from '../../model/world.ts'
import type { Run } from './runtime.ts'

export type ProbeAnswer = { readonly isGood: true } | { readonly isGood: false; readonly output: string }

const GOOD: ProbeAnswer = { isGood: true }

export interface ProbeInput {
  readonly container: Container
  readonly probe: Probe
  readonly behaviour: ImageBehaviour
  readonly run: Run
  readonly nowMs: number
  readonly podIp: string
}

export function probeAnswer(input: ProbeInput): ProbeAnswer {
  const { probe, run, behaviour, nowMs, podIp } = input
  const hasStarted = nowMs >= run.startedAtMs + behaviour.startSeconds * 1000
  const handler = probe.httpGet ?? probe.tcpSocket
  if (handler === undefined) return hasStarted && !behaviour.failingProbes.includes(handlerDigest(probe)) ? GOOD : { isGood: false, output: 'command exited with 1' }
  const port = portNumber(input.container, handler.port as string | number)
  const host = (handler as { host?: string }).host ?? podIp
  const served = behaviour.serves?.filter((entry) => entry.port === port)
  const isListening = hasStarted && (served === undefined || served.length > 0)
  const path = probe.httpGet === undefined ? undefined : (probe.httpGet.path ?? '/')
  if (!isListening) return { isGood: false, output: refusal(path, probe.httpGet?.scheme, host, port) }
  if (path === undefined || served === undefined) return GOOD
  return served.some((entry) => entry.paths === undefined || entry.paths.includes(pathOnly(path))) ? GOOD : { isGood: false, output: 'HTTP probe failed with statuscode: 404' }
}

/** What a probe asks, apart from how often: commands and gRPC checks are known by it. */
export function handlerDigest(probe: Probe): string {
  const { httpGet, tcpSocket, exec, grpc } = probe as Probe & { readonly grpc?: unknown }
  return digestOfJson({ httpGet, tcpSocket, exec, grpc })
}

function refusal(path: string | undefined, scheme: string | undefined, host: string, port: number): string {
  const dial = `dial tcp ${host}:${port}: connect: connection refused`
  if (path === undefined) return dial
  return `Get "${(scheme ?? 'HTTP').toLowerCase()}://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}": ${dial}`
}

function pathOnly(path: string): string {
  const plain = path.split(/[?#]/)[0] ?? ''
  return plain.startsWith('/') ? plain : `/${plain}`
}

function portNumber(container: Container, port: string | number): number {
  if (typeof port === 'number') return port
  return container.ports?.find((candidate) => candidate.name === port)?.containerPort ?? Number(port)
}
