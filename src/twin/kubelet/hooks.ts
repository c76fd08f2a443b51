/**
 * What hooks add to a container's life. A sleep says how long it takes; so does a command that does nothing but sleep.
 * Everything else is taken to be instant, which a rehearsal says.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'

export interface Hook {
  readonly sleep?: { readonly seconds?: number }
  readonly exec?: { readonly command?: readonly string[] }
  readonly httpGet?: object
}

const SLEEP = /(?:^|[\s;&|(])sleep\s+(\d+(?:\.\d+)?)(?![\w.])/g

/** Milliseconds; of a command, the sum of the sleeps that are written in it. */
export function hookDurationMs(hook: Hook | undefined): number {
  if (hook?.sleep !== undefined) return (hook.sleep.seconds ?? 0) * 1000
  const command = (hook?.exec?.command ?? []).join(' ')
  return [...command.matchAll(SLEEP)].reduce((sum, [, seconds]) => sum + Number(seconds) * 1000, 0)
}

export function preStopMs(container: Container): number {
  return hookDurationMs(container.lifecycle?.preStop as Hook | undefined)
}

export function postStartMs(container: Container): number {
  return hookDurationMs(container.lifecycle?.postStart as Hook | undefined)
}

/** A hook whose duration nobody can read from the manifest. */
export function isUnknownHook(hook: Hook | undefined): boolean {
  return hook !== undefined && (hook.httpGet !== undefined || hook.exec !== undefined) && hookDurationMs(hook) === 0
}
