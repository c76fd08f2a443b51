/** What the runs of a question come to, in one sentence, and how sure it is. */

import { subjectText, type Subject } from '../../model/kube-object.ts'
import type { Worst } from '../../model/rehearsal.ts'
import type { WhatIfRun } from '../../model/what-if.ts'
import { durationText } from '../../kernel/clock.ts'
import { confidenceFrom } from '../summarise-rehearsal.ts'
import { stoppedText } from './stopped-workloads.ts'
import { waitingSets } from './stuck-pods.ts'

const NAMED_MAX = 3

/** What the sentence needs besides the runs. */
interface Around {
  readonly worst: readonly Worst[]
  /** Who adds nodes to this cluster: nobody plays them. */
  readonly nodeAutoscalers: readonly Subject[]
}

/** `0 of 5 runs leave a pod without a node; Deployment shop/web falls to 1 to 2 of 6 for up to 40 s`. */
export function sentenceOf(runs: readonly WhatIfRun[], { worst, nodeAutoscalers }: Around): string {
  const pending = runs.filter((run) => run.pendingAtEnd > 0)
  const parts = [
    `${pending.length} of ${runs.length} runs leave ${podsText(pending.map((run) => run.pendingAtEnd))} without a node`,
    ...problemsOf(runs),
    ...stoppedIn(runs),
    ...lostIn(runs),
    ...waitingSets(runs.flatMap(({ stuck }) => stuck)),
    ...jobsIn(runs),
    ...impactOf(runs, worst),
    ...silencedIn(runs),
    ...autoscalersOf(runs),
    ...(pending.length > 0 && nodeAutoscalers.length > 0 ? [`${namesOf(nodeAutoscalers)} may add a node for them, which is not played`] : []),
  ]
  return parts.join('; ')
}

/** Those that act, with the sizes of the first run in which they do, and those that want more than they are allowed. */
function autoscalersOf(runs: readonly WhatIfRun[]): string[] {
  const all = Map.groupBy(runs.flatMap(({ autoscaled }) => autoscaled), ({ autoscaler }) => subjectText(autoscaler))
  const texts = [...all].map(([name, several]) => {
    const acting = several.filter(({ from }) => from !== undefined)
    const held = several.filter((one) => one.held)
    const [first] = acting.length > 0 ? acting : held
    const does = acting.length > 0 ? [`scales ${first?.target} ${first?.from} → ${rangeOf(acting.map(({ to = 0 }) => to))}${inSome(acting.length, runs.length)}`] : []
    const wants = held.length > 0 ? [`would scale ${first?.target} further than its maximum allows${inSome(held.length, runs.length)}`] : []
    return `${name} ${[...does, ...wants].join(' and ')}`
  })
  return texts.length > NAMED_MAX ? [...texts.slice(0, NAMED_MAX), `and ${texts.length - NAMED_MAX} more autoscalers act`] : texts
}

function inSome(count: number, runs: number): string {
  return count === runs ? '' : ` (${count} of ${runs} runs)`
}

function namesOf(subjects: readonly Subject[]): string {
  const named = subjects.slice(0, NAMED_MAX).map(subjectText).join(', ')
  return subjects.length > NAMED_MAX ? `${named} and ${subjects.length - NAMED_MAX} more` : named
}

function podsText(counts: readonly number[]): string {
  return counts.every((count) => count === 1) ? 'a pod' : `${rangeOf(counts)} pods`
}

function problemsOf(runs: readonly WhatIfRun[]): string[] {
  const blocked = Math.max(0, ...runs.map((run) => run.evictionsBlocked))
  const first = runs.flatMap((run) => run.problems)[0]
  return [...(blocked > 0 ? [`budgets refuse evictions (up to ${blocked} attempts)`] : []), ...(first === undefined ? [] : [first])]
}

function lostIn(runs: readonly WhatIfRun[]): string[] {
  const names = [...new Set(runs.flatMap((run) => run.lost.map(subjectText)))]
  if (names.length === 0) return []
  const more = names.length - NAMED_MAX
  return [`${names.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more pods` : ''} ${names.length === 1 ? 'is' : 'are'} lost, and no controller makes another`]
}

/** `Deployment shop/web is gone, which had 3 available pods`. */
function stoppedIn(runs: readonly WhatIfRun[]): string[] {
  const stopped = [...new Map(runs.flatMap((run) => run.stopped).map((one) => [subjectText(one.workload), stoppedText(one)]))]
  const texts = stopped.slice(0, NAMED_MAX).map(([name, text]) => `${name} ${text}`)
  return stopped.length > NAMED_MAX ? [...texts, `and ${stopped.length - NAMED_MAX} more workloads are gone or want no pods`] : texts
}

/** `Service shop/web has no ready endpoint for up to 40 s in 2 of 5 runs`. */
function silencedIn(runs: readonly WhatIfRun[]): string[] {
  const all = Map.groupBy(runs.flatMap(({ silenced }) => silenced), ({ service }) => subjectText(service))
  const texts = [...all].slice(0, NAMED_MAX).map(([name, some]) => `${name} has no ready endpoint for up to ${durationText(Math.max(...some.map(({ forMs }) => forMs)))}${inSome(some.length, runs.length)}`)
  return all.size > NAMED_MAX ? [...texts, `and ${all.size - NAMED_MAX} more Services have none`] : texts
}

/** `Job shop/load gives up (BackoffLimitExceeded) in 2 of 5 runs`. */
function jobsIn(runs: readonly WhatIfRun[]): string[] {
  const given = Map.groupBy(runs.flatMap(({ jobs }) => jobs.filter(({ gaveUp }) => gaveUp !== undefined)), ({ job }) => subjectText(job))
  const texts = [...given].map(([name, some]) => `${name} gives up (${some[0]?.gaveUp})${inSome(some.length, runs.length)}`)
  return texts.length > NAMED_MAX ? [...texts.slice(0, NAMED_MAX), `and ${texts.length - NAMED_MAX} more Jobs give up`] : texts
}

function impactOf(runs: readonly WhatIfRun[], worst: readonly Worst[]): string[] {
  if (worst.length === 0) return ['no workload drops below what it has now']
  const named = [...worst].sort(byHarm).slice(0, NAMED_MAX).map((one) => impactText(one, runs))
  return worst.length > NAMED_MAX ? [...named, `and ${worst.length - NAMED_MAX} more workloads`] : named
}

function impactText(one: Worst, runs: readonly WhatIfRun[]): string {
  const key = subjectText(one.workload)
  const lows = runs.flatMap((run) => run.worst.filter((other) => subjectText(other.workload) === key).map((other) => other.availableMin))
  return `${key} falls to ${rangeOf(lows)} of ${one.desired} for up to ${durationText(one.belowDesiredMs)}${inSome(lows.length, runs.length)}`
}

/** The share that is missing, then how long. */
function byHarm(left: Worst, right: Worst): number {
  const missing = (worst: Worst): number => (worst.desired === 0 ? 0 : 1 - worst.availableMin / worst.desired)
  return missing(right) - missing(left) || right.belowDesiredMs - left.belowDesiredMs
}

function rangeOf(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? String(low) : `${low} to ${high}`
}

/** Lowered by what is not modelled and by runs that end differently. */
export function confidenceOf(runs: readonly WhatIfRun[], notModelled: readonly string[]): number {
  const good = runs.filter((run) => run.pendingAtEnd === 0 && run.problems.length === 0 && run.lost.length === 0 && run.jobs.every(({ gaveUp }) => gaveUp === undefined)).length
  const agreement = runs.length === 0 ? 0 : Math.max(good, runs.length - good) / runs.length
  return confidenceFrom({ agreement, gaps: notModelled.length })
}
