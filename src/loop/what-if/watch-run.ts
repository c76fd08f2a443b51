/**
 * Watches a twin while a question plays: what happened when, in lines that sum up what comes at the same time, and the
 * counts that ranges over runs are made of.
 */

import type { KubeObject, Subject } from '../../model/kube-object.ts'
import type { Moment, WhatIfRun } from '../../model/what-if.ts'
import type { Change } from '../../twin/store.ts'
import { happeningsOf, type Happening, type Lookup } from './happenings.ts'
import { watchAutoscalers } from './watch-autoscalers.ts'
import { watchServices } from './watch-services.ts'

export interface RunWatch {
  saw(change: Change, nowMs: number): void
  say(text: string, nowMs: number): void
  /** Everything up to now. */
  timeline(): readonly Moment[]
  /** Services that nobody answers for any more, whether they are there or not. */
  silent(): readonly Subject[]
  /** Of autoscalers that do not come to rest. */
  fights(): readonly string[]
  counts(nowMs: number): Pick<WhatIfRun, 'pendingMost' | 'evicted' | 'silenced' | 'autoscaled'>
}

/** Happenings this close together are one line to a person. */
const MOMENT_MS = 5_000
const TIMELINE_MAX = 300
const NAMES_MAX = 3

export function watchRun(options: { readonly startMs: number; readonly lookup: Lookup; readonly slices: Iterable<KubeObject>; readonly autoscalers: Iterable<KubeObject> }): RunWatch {
  const { startMs, lookup } = options
  const moments: Moment[] = []
  const services = watchServices(options.slices)
  const autoscalers = watchAutoscalers(options.autoscalers)
  const pending = new Set<string>()
  const left = new Set<string>()
  let pendingMost = 0
  let bucket: { readonly atMs: number; readonly happenings: Happening[] } | undefined

  const flush = (): void => {
    if (bucket !== undefined) for (const text of linesOf(bucket.happenings)) moments.push({ atMs: bucket.atMs, text })
    bucket = undefined
  }
  const note = (happening: Happening, nowMs: number): void => {
    const atMs = nowMs - startMs
    if (bucket !== undefined && atMs - bucket.atMs >= MOMENT_MS) flush()
    bucket ??= { atMs, happenings: [] }
    bucket.happenings.push(happening)
  }
  return {
    saw(change, nowMs) {
      autoscalers.saw(change)
      for (const happening of [...happeningsOf(change, lookup), ...services.saw(change, nowMs)]) {
        note(happening, nowMs)
        if (happening.type === 'waits') pending.add(happening.key)
        else pending.delete(happening.key)
        if (happening.type === 'leaves') left.add(happening.key)
        pendingMost = Math.max(pendingMost, pending.size)
      }
      if (change.after === undefined) pending.delete(change.key)
    },
    say(text, nowMs) {
      flush()
      moments.push({ atMs: nowMs - startMs, text })
    },
    timeline() {
      flush()
      const shown = moments.slice(0, TIMELINE_MAX)
      const rest = moments.length - shown.length
      return rest === 0 ? shown : [...shown, { atMs: moments[TIMELINE_MAX]?.atMs ?? 0, text: `and ${rest} more lines` }]
    },
    silent: () => services.silent(),
    fights: () => autoscalers.fights(),
    counts: (nowMs) => ({ pendingMost, evicted: left.size, silenced: services.silenced(nowMs), autoscaled: autoscalers.autoscaled() }),
  }
}

/** One line for each kind of happening; of states that changed several times only the last. */
function linesOf(happenings: readonly Happening[]): string[] {
  const states = new Map<string, string>()
  const tallies = new Map<Happening['type'], Happening[]>()
  for (const happening of happenings) {
    if (happening.type === 'state') states.set(happening.key, happening.what)
    else tallies.set(happening.type, [...(tallies.get(happening.type) ?? []), happening])
  }
  return [...[...tallies].map(([type, some]) => tallyLine(type, some)), ...states.values()]
}

const TALLY: Readonly<Record<Exclude<Happening['type'], 'state'>, readonly [one: string, many: string]>> = {
  'node-lost': ['node stops reporting', 'nodes stop reporting'],
  'node-ready': ['node is Ready', 'nodes are Ready'],
  'node-gone': ['node is removed', 'nodes are removed'],
  leaves: ['pod is told to leave', 'pods are told to leave'],
  placed: ['pod gets a node', 'pods get a node'],
  waits: ['pod finds no node', 'pods find no node'],
  fails: ['pod fails', 'pods fail'],
}

function tallyLine(type: Happening['type'], happenings: readonly Happening[]): string {
  const [one, many] = TALLY[type as keyof typeof TALLY]
  const byOwner = new Map<string, number>()
  for (const { what } of happenings) byOwner.set(what, (byOwner.get(what) ?? 0) + 1)
  const names = [...byOwner].slice(0, NAMES_MAX).map(([name, count]) => (count === 1 ? name : `${name} ×${count}`))
  const rest = byOwner.size - names.length
  return `${happenings.length} ${happenings.length === 1 ? one : many}: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
