/**
 * When a probe is asked (`pkg/kubelet/prober`). Each has a worker that ticks once a period from when the kubelet takes up the pod, so a container
 * that starts between two ticks is first asked at the next one. A readiness probe is asked at once when the kubelet sees that its container
 * runs and is not ready, and its period begins anew with that. Other syncs of the pod ask it, too; those are not played.
 */

import type { Container, Probe } from 'kubernetes-types/core/v1.d.ts'
import { postStartMs } from './hooks.ts'
import type { ProbeKind, Run } from './runtime.ts'

/** The pod lifecycle event generator lists containers once a second: a start and an end are seen that late. */
export const RELIST_MS = 1_000

export interface Asking {
  readonly container: Container
  readonly probe: Probe
  readonly kind: ProbeKind
  readonly run: Run
  readonly nowMs: number
  /** When the kubelet began to probe the pod. */
  readonly sinceMs: number
}

/** The first time, not before now, at which a probe asks a container that has started. */
export function firstAskMs({ container, probe, kind, run, nowMs, sinceMs }: Asking): number {
  const isHeldBack = container.startupProbe !== undefined
  const seenAtMs = seenRunningMs(container, run)
  const delayedMs = Math.floor(run.startedAtMs / 1000) * 1000 + (probe.initialDelaySeconds ?? 0) * 1000
  // At the tick at which a startup probe holds, the liveness probe has already been passed over.
  const openMs = kind === 'liveness' && isHeldBack ? nowMs + 1 : nowMs
  const fromMs = kind !== 'readiness' ? sinceMs : isHeldBack ? nowMs : seenAtMs
  return tickFrom({ fromMs, notBeforeMs: Math.max(seenAtMs, delayedMs, openMs), probe })
}

/** When the kubelet sees that the container runs: at its next list, or once the hook is over for which it waits. */
export function seenRunningMs(container: Container, run: Run): number {
  return run.startedAtMs + Math.max(RELIST_MS, postStartMs(container))
}

/** The tick after one that was due then; those that were missed are left out. */
export function nextAskMs(dueMs: number, nowMs: number, probe: Probe): number {
  return tickFrom({ fromMs: dueMs, notBeforeMs: Math.max(dueMs, nowMs) + 1, probe })
}

function tickFrom({ fromMs, notBeforeMs, probe }: { readonly fromMs: number; readonly notBeforeMs: number; readonly probe: Probe }): number {
  const periodMs = (probe.periodSeconds ?? 10) * 1000
  return fromMs + Math.ceil(Math.max(0, notBeforeMs - fromMs) / periodMs) * periodMs
}
