/** `boyd whatif`: what would happen, minute by minute, on a twin. Exit 1 where something is hurt, or might be for all that the twin knows. */

import { Option, type Command } from 'commander'
import { obtainSnapshot } from '../../app/use-cases/snapshots.ts'
import { playQuestion, QUESTION_HELP, readQuestion, stoppedText } from '../../app/use-cases/what-if.ts'
import { durationText } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import { subjectText } from '../../model/kube-object.ts'
import type { Unplaced, WhatIf } from '../../model/what-if.ts'
import { OUTLINE } from '../outline.ts'
import { sourceOf, withSourceFlags, type SourceFlags } from '../source-flags.ts'
import { colours, print, printJson, progress, type ExitCode } from '../terminal.ts'
import { terminalWidth, wrap } from '../wrap.ts'

interface WhatIfFlags extends SourceFlags {
  readonly runs: string
  readonly for: string
  readonly json?: true
}

const RUNS_MAX = 256
const MINUTES_MAX = 24 * 60

export function addWhatIfCommand(program: Command, setExit: (code: ExitCode) => void): void {
  withSourceFlags(program.command('whatif'))
    .argument('<question...>', 'such as "drain node/a node/b"; several, in quotes or with ; between them, are done one after the other')
    // Flags that belong to the question, such as -n: what nobody knows is refused where the question is read.
    .allowUnknownOption()
    .description(OUTLINE.whatif.does)
    .addOption(new Option('--runs <number>', 'how many runs, each with its own seed').default('5'))
    .addOption(new Option('--for <minutes>', 'how far to look, in minutes of the cluster’s time').default('30'))
    .option('--json', 'machine-readable output')
    .addHelpText('after', questionHelp())
    .action(async (questions: string[], flags: WhatIfFlags) => {
      const [seeds, minutes] = [whole('--runs', flags.runs, RUNS_MAX), whole('--for', flags.for, MINUTES_MAX)]
      const source = sourceOf(flags)
      // A question that cannot be read costs the cluster nothing.
      const question = readQuestion({ questions: questionsOf(questions), seeds, horizonMs: minutes * 60_000 })
      progress('reading …')
      const snapshot = await obtainSnapshot(source, { read: (kinds, ofKinds) => progress(`read ${kinds} of ${ofKinds} kinds …`) })
      progress('')
      progress(`loading ${snapshot.objects.length} objects …`)
      const answer = await playQuestion({ ...question, snapshot }, (done) => progress(`run ${done} of ${seeds} …`))
      progress('')
      setExit(answer.safe ? 0 : 1)
      if (flags.json === true) printJson(answer)
      else printAnswer(answer)
    })
}

function questionHelp(): string {
  return `\nQuestions (a line of kubectl does as well):\n${QUESTION_HELP.map(helpLine).join('\n')}\n\n${wrap(EXIT_CODES, { hang: 2 })}`
}

const EXIT_CODES =
  'Exit codes: 0 nothing is hurt; 1 something is, in some run (a pod without a node, a step refused, a workload that stays below what it wants or is gone, a workload or a Service with nobody to answer for a while), or something is touched that the twin does not play; 2 bad input.'

const USAGE_COLUMNS = 44
/** Narrower than this, what a question does stands below it. */
const TWO_COLUMNS_MIN = 100

function helpLine({ usage, says }: (typeof QUESTION_HELP)[number]): string {
  if (terminalWidth() < TWO_COLUMNS_MIN) return `${wrap(`  ${usage}`, { hang: 4 })}\n${wrap(`      ${says}`)}`
  return usage.length > USAGE_COLUMNS ? `  ${usage}\n${' '.repeat(USAGE_COLUMNS + 4)}${says}` : `  ${usage.padEnd(USAGE_COLUMNS)}  ${says}`
}

/** Words without quotes are one question; quoted ones are a question each. */
function questionsOf(words: readonly string[]): readonly string[] {
  return words.some((word) => word.trim().includes(' ')) ? words : [words.join(' ')]
}

function whole(flag: string, text: string, max: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw fault({ code: 'invalid', operation: 'read flags', subject: flag, message: `${text} is not a whole number from 1 to ${max}` })
}

function printAnswer(answer: WhatIf): void {
  print(wrap(`${colours.bold(answer.question)}\n${verdictOf(answer)}: ${answer.summary}`, { hang: 2 }))
  print(colours.dim(`\nThe first of ${answer.runs.length} runs; times are from now on:`))
  for (const { atMs, text } of answer.timeline) print(wrap(`  ${offset(atMs)}  ${text}`, { hang: 10 }))
  printWorstMoment(answer)
  printWorst(answer)
  printUnplaced(answer)
  printStuck(answer)
  printList('Assumed', answer.assumptions)
  printList('Not modelled, and touched by this', answer.notModelled)
  printList('Not modelled elsewhere in the cluster', answer.notModelledElsewhere)
  print(colours.dim(`\nPlayed as Kubernetes ${answer.versionProfile} for ${answer.horizonMs / 60_000} minutes after the last thing was done.`))
  print(colours.dim(confidenceLine(answer)))
}

/** What ends well on the twin is not called safe where somebody is hurt on the way, or where it touches what the twin does not play. */
function verdictOf({ settles, safe, hasOutage, stopped }: WhatIf): string {
  if (!settles) return colours.red('does not end well')
  if (stopped.length > 0) return colours.red('ends as it was asked, and takes away what served')
  if (hasOutage) return colours.red('ends well, with an outage on the way')
  return safe ? colours.green('ends well') : colours.yellow('ends well on the twin, and is not called safe')
}

/** A bare number says nothing at three in the morning. */
function confidenceLine({ confidence, notModelled, runs }: WhatIf): string {
  if (confidence === 1) return `Confidence 1: nothing is touched that is not modelled, and all ${runs.length} runs end alike.`
  const gaps = notModelled.length === 0 ? [] : [`${notModelled.length} ${notModelled.length === 1 ? 'thing that it touches is' : 'things that it touches are'} not modelled`]
  return `Confidence ${confidence} of 1: ${[...gaps, ...(gaps.length === 0 ? ['the runs do not all end alike'] : [])].join(', ')}.`
}

const AT_WORST_MAX = 8

function printWorstMoment({ worstMoment }: WhatIf): void {
  if (worstMoment === undefined) return
  const { atMs, missing, workloads } = worstMoment
  const named = workloads.slice(0, AT_WORST_MAX).map(({ workload, available, desired }) => `${subjectText(workload)} ${available} of ${desired}`)
  const more = workloads.length - named.length
  print(wrap(`\nThe worst moment is ${offset(atMs)}, with ${missing} ${missing === 1 ? 'replica' : 'replicas'} missing: ${named.join(', ')}${more > 0 ? ` and ${more} more workloads` : ''}.`, { hang: 0 }))
}

function printWorst({ worst, silenced, stopped, jobs, runs }: WhatIf): void {
  const isSilent = new Set(runs.flatMap(({ silentAtEnd }) => silentAtEnd.map(subjectText)))
  const lost = [...new Set(runs.flatMap((run) => run.lost.map(subjectText)))]
  printList('Who is affected, at worst over all runs', [
    ...worst.map(({ workload, availableMin, desired, belowDesiredMs }) => `${subjectText(workload)}: ${availableMin} of ${desired} available, below for up to ${durationText(belowDesiredMs)}`),
    ...silenced.map(({ service, forMs }) => `${subjectText(service)}: no ready endpoint for up to ${durationText(forMs)}${isSilent.has(subjectText(service)) ? ', and none at the end' : ''}`),
    ...stopped.map((one) => `${subjectText(one.workload)} ${stoppedText(one)}`),
    ...jobs.map(({ job, failedPods, backoffLimit, gaveUp }) => `${subjectText(job)}: ${gaveUp === undefined ? '' : `gives up (${gaveUp}), `}${failedPods} more failed ${failedPods === 1 ? 'pod' : 'pods'} of the ${backoffLimit} that it bears`),
    ...lost.map((pod) => `${pod}: lost, and no controller makes another`),
  ])
}

/** Pods of one owner that are refused in the same words are one entry. */
function printUnplaced({ unplaced }: WhatIf): void {
  if (unplaced.length === 0) return
  print('\nPods without a node at the end of the first run:')
  for (const group of groupsOf(unplaced)) {
    const [first] = group
    print(wrap(`  ${whoOf(group)}: ${first.reason}`, { hang: 4 }))
    for (const line of refusalsOf(first)) print(colours.dim(wrap(`    ${line}`, { hang: 6 })))
  }
}

/** One entry a reason: a lost zone leaves hundreds for the same one. */
function printStuck({ stuck }: WhatIf): void {
  const byReason = Map.groupBy(stuck, ({ reason }) => reason)
  printList('Pods that cannot leave at the end of the first run', [...byReason].map(([reason, same]) => `${ownersOf(same)}: ${reason}`))
}

const OWNERS_NAMED_MAX = 6

function ownersOf(stuck: WhatIf['stuck']): string {
  const groups = groupsOf(stuck).map(whoOf)
  return `${groups.slice(0, OWNERS_NAMED_MAX).join(', ')}${groups.length > OWNERS_NAMED_MAX ? ` and those of ${groups.length - OWNERS_NAMED_MAX} more` : ''}`
}

function whoOf([first, ...rest]: readonly [Refused, ...Refused[]]): string {
  return rest.length === 0 ? subjectText(first.pod) : `${rest.length + 1} pods of ${subjectText(first.owner)}`
}

const NODES_NAMED_MAX = 5

/** `PodTopologySpread: … (3 nodes: a, b, c)`: nodes that refuse in the same words are one line. */
function refusalsOf({ nodes }: Unplaced): string[] {
  const byWords = Map.groupBy(nodes, ({ plugin, reasons }) => `${plugin}: ${reasons.join(', ')}`)
  return [...byWords].map(([words, same]) => {
    const named = same.slice(0, NODES_NAMED_MAX).map(({ node }) => node)
    return `${words} (${same.length === 1 ? '' : `${same.length} nodes: `}${named.join(', ')}${same.length > named.length ? ', …' : ''})`
  })
}

type Refused = Pick<Unplaced, 'pod' | 'owner' | 'reason'>

function groupsOf<T extends Refused>(refused: readonly T[]): readonly [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const one of refused) {
    const key = `${subjectText(one.owner)} ${one.reason}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

function printList(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  print(`\n${title}:`)
  for (const line of lines) print(wrap(`  - ${line}`, { hang: 4 }))
}

function offset(ms: number): string {
  const total = Math.floor(ms / 1000)
  return `+${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`
}
