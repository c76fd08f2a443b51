/**
 * Draws the scenarios of a family from a seed, plays them, and reduces what differs.
 *
 * A difference must come back when the scenario is played again; one that does not is listed as not repeatable, and is
 * neither agreement nor a finding. Shrinking plays smaller scenarios for as long as they differ.
 */

import * as fc from 'fast-check'
import { mapLimited } from '../../src/kernel/map-limited.ts'
import { FLEET } from './fleet.ts'
import { unexplained, type Explained } from './explained.ts'
import { differenceText, type Difference } from './difference.ts'
import type { Family } from './families.ts'
import { play } from './play.ts'
import { closeNodes, openNodes } from './stage-nodes.ts'
import type { Script } from './script.ts'
import type { Side } from './sides.ts'

export interface Finding {
  /** fast-check's path, or the position of a written scenario. */
  readonly path: string
  readonly script: Script
  readonly differences: readonly Difference[]
}

export interface FamilyReport {
  readonly family: string
  readonly played: number
  readonly findings: readonly Finding[]
  readonly unrepeatable: readonly Finding[]
}

export interface RunOptions {
  readonly real: Side
  readonly seed: number
  readonly count: number
  readonly explained: Explained
  /** Only this scenario. */
  readonly path?: string
  /** In the real side's time: nothing new is begun after it. */
  readonly untilMs: number
  /** How long one that differs may be reduced. */
  readonly shrinkMs: number
  /** How often one that differs is played again before it is believed. */
  readonly repeats: number
  say(line: string): void
}

let plays = 0
/** Plays that take longer are named: where a run's time goes. */
const SLOW_MS = 5_000

export async function runFamily(family: Family, options: RunOptions): Promise<FamilyReport> {
  if (family.fleet) await openNodes(options.real, FLEET)
  try {
    return await playFamily(family, options)
  } finally {
    if (family.fleet) await closeNodes(options.real, FLEET)
  }
}

async function playFamily(family: Family, options: RunOptions): Promise<FamilyReport> {
  const chosen = scenariosOf(family, options)
  const outcomes = await mapLimited(chosen, family.lanes, async ({ script, path }) => {
    if (options.real.clock.now() > options.untilMs) return 'not begun'
    const startMs = options.real.clock.now()
    const differences = await playOnce(family, script, options)
    const tookMs = options.real.clock.now() - startMs
    if (tookMs > SLOW_MS) options.say(`slow    ${family.name} ${path}: ${script.name}, ${Math.round(tookMs / 1000)} s`)
    if (differences.length === 0) return undefined
    const repeated = await repeats(family, script, options)
    options.say(`${repeated ? 'DIFFERS' : 'not repeatable'} ${family.name} ${path}: ${script.name}\n${differences.map(differenceText).join('\n')}`)
    return { path, script, differences, repeated }
  })
  const differing = outcomes.filter((outcome) => outcome !== undefined && outcome !== 'not begun')
  const findings: Finding[] = []
  for (const finding of differing.filter(({ repeated }) => repeated)) findings.push(await reduced(family, finding, options))
  return { family: family.name, played: outcomes.filter((outcome) => outcome !== 'not begun').length, findings, unrepeatable: differing.filter(({ repeated }) => !repeated) }
}

function scenariosOf({ written, scripts }: Family, { seed, count, path }: RunOptions): readonly { readonly script: Script; readonly path: string }[] {
  if (written !== undefined) return written.map((script, index) => ({ script, path: String(index) })).filter((scenario) => path === undefined || scenario.path === path).slice(0, count)
  if (path !== undefined) return fc.sample(scripts, { seed, path, numRuns: 1 }).map((script) => ({ script, path }))
  return fc.sample(scripts, { seed, numRuns: count }).map((script, index) => ({ script, path: String(index) }))
}

async function repeats(family: Family, script: Script, options: RunOptions): Promise<boolean> {
  for (let time = 0; time < options.repeats; time += 1) if ((await playOnce(family, script, options)).length === 0) return false
  return true
}

/** The smallest scenario that still differs, as far as the time goes. */
async function reduced(family: Family, finding: Finding, options: RunOptions): Promise<Finding> {
  if (family.written !== undefined || options.shrinkMs === 0 || options.real.clock.now() > options.untilMs) return finding
  let last: readonly Difference[] = finding.differences
  const property = fc.asyncProperty(family.scripts, async (script) => {
    const differences = await playOnce(family, script, options)
    if (differences.length > 0) last = differences
    return differences.length === 0
  })
  const details = await fc.check(property, { seed: options.seed, path: finding.path, numRuns: 1, interruptAfterTimeLimit: options.shrinkMs })
  if (details.counterexample === null) return finding
  return { path: details.counterexamplePath ?? finding.path, script: details.counterexample[0], differences: last }
}

/** Differences that nothing explains. */
export async function playOnce(family: Family, script: Script, { real, explained }: RunOptions): Promise<readonly Difference[]> {
  plays += 1
  return play(script, real, { ...family, fleet: family.fleet ? FLEET : [], id: `d${plays}x`, judge: (differences) => unexplained(differences, explained) })
}
