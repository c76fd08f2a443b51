/**
 * Zones as the node lifecycle controller sees them: how ill a zone is decides how fast its nodes are tainted.
 *
 * A single lost node is tainted at once, a lost zone one node every ten seconds, a small zone that is mostly
 * down not at all, and nothing at all while every zone is down: then it is more likely us who lost the network.
 * (pkg/controller/nodelifecycle, computeZoneState and setLimiterInZone)
 */

import type { VersionProfile } from '../profile.ts'

export type ZoneState = 'normal' | 'partial-disruption' | 'full-disruption'

/** A token bucket with one token. A rate of 0 never gives any. */
export interface Limiter {
  readonly perSecond: number
  readonly nextTokenMs: number
}

export interface ZoneRecord {
  readonly state: ZoneState | 'initial'
  readonly limiter: Limiter
  /** Nodes that wait for their NoExecute taint, first come first served. */
  readonly waiting: readonly string[]
}

export interface ZoneCensus {
  readonly ready: number
  readonly notReady: number
}

export function newZone(profile: VersionProfile): ZoneRecord {
  return { state: 'initial', limiter: { perSecond: profile.nodeEvictionRatePerSecond, nextTokenMs: 0 }, waiting: [] }
}

export function zoneStateOf({ ready, notReady }: ZoneCensus, profile: VersionProfile): ZoneState {
  if (ready === 0 && notReady > 0) return 'full-disruption'
  return notReady > 2 && notReady / (notReady + ready) >= profile.unhealthyZoneShare ? 'partial-disruption' : 'normal'
}

/** Nodes a second that may be tainted in a zone of this state and size. */
export function taintRate(state: ZoneState, zoneSize: number, profile: VersionProfile): number {
  if (state !== 'partial-disruption') return profile.nodeEvictionRatePerSecond
  return zoneSize > profile.largeZoneNodes ? profile.nodeEvictionSecondaryRatePerSecond : 0
}

/** A new rate starts with a token, unless the old one was being waited for. */
export function withRate(limiter: Limiter, perSecond: number, nowMs: number): Limiter {
  if (limiter.perSecond === perSecond) return limiter
  if (perSecond <= 0) return { perSecond: 0, nextTokenMs: nowMs }
  const wasWaiting = limiter.perSecond <= 0 || nowMs < limiter.nextTokenMs
  return { perSecond, nextTokenMs: wasWaiting ? nowMs + 1000 / perSecond : nowMs }
}

/** The limiter after one token was taken; undefined when there is none now. */
export function takeToken(limiter: Limiter, nowMs: number): Limiter | undefined {
  if (limiter.perSecond <= 0 || nowMs < limiter.nextTokenMs) return undefined
  return { ...limiter, nextTokenMs: nowMs + 1000 / limiter.perSecond }
}
