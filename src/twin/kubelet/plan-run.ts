/**
 * How a run of a container will end, decided at its start from the world, its environment and its limits.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { ImageBehaviour } from '../../model/world.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import type { Resources } from './allocation.ts'
import type { PlannedEnd, Run } from './runtime.ts'

export interface RunInput {
  readonly container: Container
  readonly behaviour: ImageBehaviour
  readonly environment: Readonly<Record<string, string>>
  /** Worked out only where the world asks for it. */
  readonly setup: () => string
  /** False for a container that ends its pod or its step: it ends well by itself where the world does not say otherwise. */
  readonly isLasting: boolean
  readonly memoryLimit: string | undefined
  readonly startedAtMs: number
  readonly containerId: string
}

/** How long a task takes of which nothing is known. */
const TASK_SECONDS = 2

export function planRun(input: RunInput): Run {
  const { behaviour, startedAtMs, containerId } = input
  const exits = plannedExits(input)
  const oom = oomEnd(input)
  const ends = [...exits, ...(oom === undefined ? [] : [oom])].sort((left, right) => left.atMs - right.atMs)
  const resources = input.container.resources as Resources | undefined
  return { startedAtMs, containerId, ends, log: asLines(behaviour.log), ...(resources === undefined ? {} : { resources }) }
}

/** Up to and with the first that will happen for sure; those before it hang on a Service. */
function plannedExits(input: RunInput): PlannedEnd[] {
  const ends: PlannedEnd[] = []
  for (const exit of input.behaviour.exits.filter((candidate) => applies(input, candidate))) {
    ends.push({
      atMs: input.startedAtMs + exit.afterSeconds * 1000,
      exitCode: exit.code,
      reason: exit.code === 0 ? 'Completed' : 'Error',
      log: asLines(exit.log),
      ...(exit.whenServiceDown === undefined ? {} : { whenServiceDown: exit.whenServiceDown }),
    })
    if (exit.whenServiceDown === undefined) return ends
  }
  if (input.isLasting) return ends
  const seconds = input.behaviour.tasks?.find(({ container }) => container === input.container.name)?.seconds ?? Math.max(input.behaviour.startSeconds, TASK_SECONDS)
  const atMs = input.startedAtMs + seconds * 1000
  return [...ends, { atMs, exitCode: 0, reason: 'Completed', log: '' }]
}

function applies({ environment, setup }: RunInput, exit: ImageBehaviour['exits'][number]): boolean {
  if (exit.whenEnvMissing !== undefined && (environment[exit.whenEnvMissing] ?? '') !== '') return false
  if (exit.whenEnvEquals !== undefined && environment[exit.whenEnvEquals.name] !== exit.whenEnvEquals.value) return false
  return exit.whenSetup === undefined || exit.whenSetup === setup()
}

function oomEnd({ behaviour, memoryLimit, startedAtMs }: Pick<RunInput, 'behaviour' | 'memoryLimit' | 'startedAtMs'>): PlannedEnd | undefined {
  const need = parseQuantity(behaviour.memory)
  const limit = parseQuantity(memoryLimit)
  if (need === undefined || limit === undefined || limit === 0 || need <= limit) return undefined
  return { atMs: startedAtMs + behaviour.memoryAfterSeconds * 1000, exitCode: 137, reason: 'OOMKilled', log: '' }
}

/** The run under another limit: what it needs is what it needed. */
export function replanMemory(run: Run, input: Pick<RunInput, 'behaviour' | 'memoryLimit'>): Run {
  const oom = oomEnd({ ...input, startedAtMs: run.startedAtMs })
  const ends = [...run.ends.filter(({ reason }) => reason !== 'OOMKilled'), ...(oom === undefined ? [] : [oom])].sort((left, right) => left.atMs - right.atMs)
  return { ...run, ends }
}

function asLines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

export function memoryLimitOf(container: Container, podLimits: Readonly<Record<string, string>> | undefined): string | undefined {
  return (container.resources?.limits as Record<string, string> | undefined)?.['memory'] ?? podLimits?.['memory']
}
