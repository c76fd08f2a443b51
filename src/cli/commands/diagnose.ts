/** `boyd diagnose --from DIR`: the cause, its evidence, what was dropped and why, and the plans that would fix it. */

import type { Command } from 'commander'
import { diagnoseFolder, type OfflineDiagnosis } from '../../app/use-cases/offline.ts'
import { subjectText } from '../../model/kube-object.ts'
import { actionText, conditionText, sourceLines, type Plan } from '../../model/plan.ts'
import { offlineInput, withOfflineFlags, type OfflineFlags } from '../offline-flags.ts'
import { OUTLINE } from '../outline.ts'
import { colours, note, print, printJson, type ExitCode } from '../terminal.ts'
import { wrap } from '../wrap.ts'

export function addDiagnoseCommand(program: Command, setExit: (code: ExitCode) => void): void {
  withOfflineFlags(program.command('diagnose'))
    .description(OUTLINE.diagnose.does)
    .action(async (flags: OfflineFlags) => {
      const diagnosed = await diagnoseFolder(offlineInput(flags))
      setExit(diagnosed.diagnosis.status === 'healthy' ? 0 : 1)
      for (const { code, source, message } of diagnosed.snapshot.notes) if (code !== 'withheld') note(`boyd: ${source}: ${message}`)
      if (flags.json === true) printJson(toJson(diagnosed))
      else printDiagnosis(diagnosed)
    })
}

function toJson({ diagnosis, plans, snapshot }: OfflineDiagnosis): object {
  const { status, summary, hypotheses, dropped, examined } = diagnosis
  return {
    status,
    summary,
    hypotheses: hypotheses.map(({ finding: _finding, ...hypothesis }) => hypothesis),
    dropped,
    examined,
    plans: plans.map(planJson),
    notes: snapshot.notes,
  }
}

function planJson(plan: Plan): object {
  const { id, goal, hazard, subject, risk, needsInput, steps, proof, rationale, expectedEffect, values, sourceChanges = [] } = plan
  return {
    id,
    goal,
    hazard,
    subject,
    risk,
    needsInput,
    rationale,
    expectedEffect,
    values,
    sourceChanges,
    steps: steps.map(({ id: stepId, action, reason, preconditions, undo }) => ({ id: stepId, text: actionText(action), action, reason, preconditions, ...(undo === undefined ? {} : { undo }) })),
    proof: proof.map((condition) => ({ text: conditionText(condition), ...condition })),
  }
}

function printDiagnosis({ diagnosis, plans }: OfflineDiagnosis): void {
  const colour = diagnosis.status === 'healthy' ? colours.green : diagnosis.status === 'found' ? colours.red : colours.yellow
  print(wrap(`${colour(diagnosis.status)}: ${diagnosis.summary}`))
  for (const { hazard, subject, confidence, summary, evidence, changes } of diagnosis.hypotheses) {
    print(`\n${colours.bold(hazard)} on ${subjectText(subject)} (${Math.round(confidence * 100)} % sure)`)
    print(wrap(`  ${summary}`))
    for (const item of evidence) print(wrap(`  - ${item.claim}`, { hang: 2 }))
    for (const change of changes) print(wrap(`  changed: ${change}`, { hang: 2 }))
  }
  if (diagnosis.dropped.length > 0) print('\nLooked at and dropped:')
  for (const { hazard, subject, reason } of diagnosis.dropped) print(wrap(`  ${hazard} on ${subjectText(subject)}: ${reason}`, { hang: 2 }))
  for (const plan of plans) printPlan(plan)
}

function printPlan(plan: Plan): void {
  print(wrap(`\n${colours.cyan(plan.id)} (${plan.risk}): ${plan.goal}`, { hang: 2 }))
  for (const step of plan.steps) print(wrap(`  ${step.id}: ${actionText(step.action)}`, { hang: 2 }))
  for (const condition of plan.proof) print(wrap(`  proof: ${conditionText(condition)}`, { hang: 2 }))
  for (const change of plan.sourceChanges ?? []) print(['  to last, commit to', ...sourceLines(change)].map((line, index) => (index === 0 ? `${line} ` : `${index === 1 ? '' : '    '}${line}\n`)).join('').trimEnd())
  for (const input of plan.needsInput) print(wrap(`  ${colours.yellow('needs an answer')}: ${input.question}`, { hang: 2 }))
}
