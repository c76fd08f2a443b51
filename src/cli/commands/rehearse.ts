/** `boyd rehearse --from DIR`: plays a plan on the twin of a folder, and says what would happen. Exit 1 when it fails. */

import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import { rehearseFolder, type OfflineRehearsal } from '../../app/use-cases/offline.ts'
import { subjectText } from '../../model/kube-object.ts'
import { actionText } from '../../model/plan.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { offlineInput, withOfflineFlags, type OfflineFlags } from '../offline-flags.ts'
import { OUTLINE } from '../outline.ts'
import { colours, note, print, printJson, type ExitCode } from '../terminal.ts'
import { wrap } from '../wrap.ts'

interface RehearseFlags extends OfflineFlags {
  readonly plan: string
  readonly endState?: string
}

export function addRehearseCommand(program: Command, setExit: (code: ExitCode) => void): void {
  withOfflineFlags(program.command('rehearse'))
    .description(OUTLINE.rehearse.does)
    .option('--plan <id>', 'which plan; best rehearses all and takes the best', 'best')
    .option('--end-state <file>', 'write all objects as they stand at the end, as YAML')
    .action(async (flags: RehearseFlags) => {
      const result = await rehearseFolder({ ...offlineInput(flags), plan: flags.plan })
      if ('diagnosed' in result) {
        const { status, summary } = result.diagnosed.diagnosis
        setExit(status === 'healthy' ? 0 : 1)
        if (flags.endState !== undefined) writeEndState(flags.endState, result.diagnosed.snapshot)
        if (flags.json === true) printJson({ status, summary, rehearsal: null })
        else print(`Nothing to rehearse: ${summary}`)
        return
      }
      setExit(result.rehearsal.passed ? 0 : 1)
      if (flags.endState !== undefined) writeEndState(flags.endState, result.endState)
      if (flags.json === true) printJson(toJson(result))
      else printRehearsal(result)
    })
}

function toJson({ plan, rehearsal, others }: OfflineRehearsal): object {
  return {
    ...rehearsal,
    plan: { id: plan.id, goal: plan.goal, risk: plan.risk, values: plan.values, steps: plan.steps },
    others: others.map((other) => ({ id: other.plan.id, passed: other.rehearsal?.passed ?? false, summary: other.rehearsal?.summary })),
  }
}

function printRehearsal({ plan, rehearsal, others }: OfflineRehearsal): void {
  print(wrap(`${colours.bold(plan.goal)}\n${rehearsal.passed ? colours.green('passed') : colours.red('failed')}: ${rehearsal.summary}`, { hang: 2 }))
  for (const step of rehearsal.runs[0]?.steps ?? []) {
    const action = plan.steps.find((planned) => planned.id === step.stepId)?.action
    const line = `${action === undefined ? step.stepId : actionText(action)}: ${step.outcome}${step.detail === '' ? '' : `, ${step.detail}`}`
    print(wrap(`  ${(step.startedMs / 1000).toFixed(0).padStart(5)} s  ${line}`, { hang: 8 }))
  }
  for (const run of rehearsal.runs.slice(0, 1)) {
    for (const { pod, reason } of run.unplaced) print(wrap(`  no node for ${subjectText(pod)}: ${reason}`, { hang: 2 }))
  }
  if (rehearsal.assumptions.length > 0) print('\nAssumed:')
  for (const assumption of rehearsal.assumptions) print(wrap(`  - ${assumption}`, { hang: 2 }))
  if (rehearsal.notModelled.length > 0) print('\nNot modelled, and touched by this plan:')
  for (const gap of rehearsal.notModelled) print(wrap(`  - ${gap}`, { hang: 2 }))
  const { notModelledElsewhere = [] } = rehearsal
  if (notModelledElsewhere.length > 0) print('\nNot modelled elsewhere in the cluster:')
  for (const gap of notModelledElsewhere) print(wrap(`  - ${gap}`, { hang: 2 }))
  for (const other of others) print(colours.dim(wrap(`\nalso rehearsed: ${other.plan.id}: ${other.rehearsal?.summary ?? ''}`, { hang: 2 })))
}

function writeEndState(file: string, snapshot: Snapshot): void {
  writeFileSync(file, snapshot.objects.map((object) => stringify(object)).join('---\n'))
  note(`boyd: ${snapshot.objects.length} objects written to ${file}`)
}
