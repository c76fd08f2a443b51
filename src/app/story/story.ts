/**
 * A story: a small cluster, what goes wrong in it, the alert that rings, and how it should end.
 *
 * Stories are folders that a person can read (`test/scenarios/<name>/`): the demo plays them on the embedded
 * cluster, the tests on the twin and on a real control plane. Boyd is told nothing of a story but its alert.
 */

import { readFileSync, readdirSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { fault } from '../../kernel/fault.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionSchema, objectRefSchema } from '../../model/plan.ts'
import { parseWorld, type World } from '../../model/world.ts'

const nodeFaultSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('fills'), resource: z.enum(['disk', 'inodes', 'pids']), percent: z.number().min(0).max(100) }),
  z.object({ type: z.literal('not-ready'), conditions: z.array(z.enum(['DiskPressure', 'MemoryPressure', 'PIDPressure'])), message: z.string() }),
  z.object({ type: z.literal('silent') }),
  z.object({ type: z.literal('healthy') }),
])

/** One line of `faults.yaml`. */
const scriptStepSchema = z.union([
  /** Waits until all conditions hold. */
  z.object({ until: z.array(conditionSchema), withinSeconds: z.number().positive().default(300) }),
  /** Waits until a container of the workload's pods waits or ended with one of these reasons. */
  z.object({
    untilTroubled: z.object({ target: objectRefSchema, reasons: z.array(z.string()).min(1) }),
    withinSeconds: z.number().positive().default(300),
  }),
  /** Waits until the node's Ready condition is not True. */
  z.object({ untilNotReady: z.string(), withinSeconds: z.number().positive().default(300) }),
  z.object({ node: z.string(), fault: nodeFaultSchema }),
  /** Applies the objects of a file in the folder: a rollout, a change of configuration. */
  z.object({ apply: z.string() }),
  z.object({ pauseSeconds: z.number().positive() }),
])

export type ScriptStep = z.infer<typeof scriptStepSchema>

const expectSchema = z.object({
  outcome: z.enum(['resolved', 'handed-over', 'no-action']),
  hazard: z.string().exactOptional(),
  /** Checked on the cluster when the story is over. */
  holds: z.array(conditionSchema).default([]),
})

const faultsSchema = z.object({
  title: z.string(),
  /** What a reader should notice. */
  shows: z.string(),
  script: z.array(scriptStepSchema),
  expect: expectSchema,
  /** A story that is another one under harder conditions names it; the files of that folder are used. */
  like: z.string().exactOptional(),
})

export interface Story {
  readonly name: string
  readonly title: string
  readonly shows: string
  readonly given: readonly KubeObject[]
  readonly world: World
  readonly script: readonly ScriptStep[]
  /** An Alertmanager payload; `{{pod:Kind/namespace/name}}` stands for a troubled pod of that workload. */
  readonly alert: unknown
  readonly expect: z.infer<typeof expectSchema>
  /** Objects of the files that the script applies, by file name. */
  readonly files: Readonly<Record<string, readonly KubeObject[]>>
}

/** Names of the stories in a folder, sorted. */
export function storyNames(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'faults.yaml')))
    .map((entry) => entry.name)
    .sort()
}

/** Reads one story. Fault `not-found` names those that exist. */
export function loadStory(folder: string, name: string): Story {
  if (!storyNames(folder).includes(name)) {
    throw fault({
      code: 'not-found',
      operation: 'load story',
      subject: name,
      message: `there is no story "${name}"`,
      hint: `Choose one of: ${storyNames(folder).join(', ')}.`,
    })
  }
  const own = join(folder, name)
  const faults = faultsSchema.parse(parse(readFileSync(join(own, 'faults.yaml'), 'utf8')))
  const base = faults.like === undefined ? own : join(folder, faults.like)
  const script = faults.like === undefined ? faults.script : loadStory(folder, faults.like).script
  const applied = script.flatMap((step) => ('apply' in step ? [step.apply] : []))
  return {
    name,
    title: faults.title,
    shows: faults.shows,
    given: readObjects(join(base, 'given.yaml')),
    world: parseWorld(parse(readFileSync(join(base, 'world.yaml'), 'utf8'))),
    script,
    alert: JSON.parse(readFileSync(join(base, 'alert.json'), 'utf8')),
    expect: faults.expect,
    files: Object.fromEntries(applied.map((file) => [file, readObjects(join(base, file))])),
  }
}

function readObjects(file: string): readonly KubeObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
    const value: unknown = document.toJS()
    return value === null ? [] : [value as KubeObject]
  })
}
