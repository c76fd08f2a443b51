/**
 * The container is started wrongly: its command is not in the image, may not be executed, or does not take the
 * arguments it is given.
 *
 * 126 and 127 are a shell's words for "cannot be executed" and "not found"; 128 with `StartError` is the runtime's.
 * Code 1 is anything, so there only a message about the program's own start counts.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed } from '../../model/topology/history.ts'
import type { View } from '../../model/view.ts'
import { endedGroups, endEvidence, saidBy, type EndedGroup } from '../shared/ended-groups.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { askPlan } from '../shared/plan-parts.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'bad-command'

type What = 'not-found' | 'not-executable' | 'arguments'

/** Of runtimes (runc, crun), shells and the usual language starters. */
const WORDS: readonly (readonly [What, RegExp])[] = [
  ['not-executable', /exec(?:ve)?[^\n]*?["'`]?([\w./-]+)["'`]?[^\n]*permission denied/i],
  ['not-found', /exec: "?([^":]+)"?: (?:executable file not found in \$PATH|stat [^:]+: no such file or directory|no such file or directory|not found)/i],
  ['not-found', /(?:executable file|executable|command) `?"?([\w./-]+)"?`? (?:was )?not found(?: in \$PATH)?/i],
  ['not-found', /executable file not found in \$PATH/i],
  ['not-found', /\b(?:exec|starting container process|error executing)[^\n]*?([\w./-]+)[^\n]*: no such file or directory/i],
  ['not-found', /(?:^|\s)(?:\/bin\/)?(?:sh|bash|ash|dash)(?:: line)?:? ?\d*:? ([\w./-]+): (?:command )?not found/im],
  ['not-found', /can't open file '?([^':]+)'?: \[Errno 2\]/i],
  ['not-found', /Error: Cannot find module '(\/[^']+)'/],
  ['not-found', /Unable to access jarfile (\S+)/i],
  ['not-found', /(?:Could not|Cannot) find or load main class (\S+)/i],
  ['not-found', /No module named ['"]?([\w.]+)['"]?; '?\1'? is a package|No module named ([\w.]+)\.__main__/],
  ['arguments', /(?:unknown (?:shorthand )?(?:flag|option|command|argument)|unrecognized (?:option|argument)s?|flag provided but not defined|invalid option|unexpected argument)[:\s]+["'`]?(-{0,2}[\w=./-]+)/i],
]

function detect(view: View): Finding[] {
  return endedGroups(view).flatMap((group) => {
    const seen = judge(group)
    return seen === undefined ? [] : [findingFrom(group, seen)]
  })
}

interface Seen {
  readonly what: What
  readonly program: string
  readonly evidence: Finding['evidence']
}

function judge(group: EndedGroup): Seen | undefined {
  for (const [what, pattern] of WORDS) {
    const said = saidBy(group, [pattern])
    if (said !== undefined) return { what, program: said.match[1] ?? programOf(group), evidence: said.evidence }
  }
  const { ending } = group.first
  const startFailed = ending?.reason === 'StartError' || ending?.reason === 'ContainerCannotRun'
  if (ending?.exitCode === 127) return { what: 'not-found', program: programOf(group), evidence: [endEvidence(group.first)] }
  if (ending?.exitCode === 126) return { what: 'not-executable', program: programOf(group), evidence: [endEvidence(group.first)] }
  return startFailed && group.said === '' ? { what: 'not-found', program: programOf(group), evidence: [endEvidence(group.first)] } : undefined
}

function programOf({ first }: EndedGroup): string {
  return first.spec?.command?.[0] ?? first.spec?.args?.[0] ?? 'its entry point'
}

const SAYS: Readonly<Record<What, string>> = { 'not-found': 'is not in the image', 'not-executable': 'may not be executed', arguments: 'is not an argument that its program takes' }

function findingFrom({ first, group }: EndedGroup, { what, program, evidence }: Seen): Finding {
  const workload = first.workload
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(group),
    summary: `container ${first.name} of ${subjectText(subjectOf(workload))} is started wrongly: ${program} ${SAYS[what]}`,
    evidence,
    confidence: what === 'arguments' ? 0.9 : 0.94,
    sinceMs: earliest(group),
    explains: ['container-exits', 'rollout-stuck', 'service-without-endpoints', 'application-unhealthy', 'failed-job', 'container-finishes', 'bad-probe'],
    facts: { container: first.name, what, program },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const container = String(finding.facts['container'])
  const started = (template: PodTemplateSpec): unknown[] => {
    const found = containerNamed(template, container)
    return [found?.command ?? [], found?.args ?? [], found?.image, found?.volumeMounts ?? []]
  }
  const back = waysBack({ hazard: ID, view, workload, differs: (earlier, current) => containerNamed(earlier, container) !== undefined && !jsonEqual(started(earlier), started(current)) })
  if (back.length > 0) return back
  return [
    askPlan({
      hazard: ID,
      workload,
      goal: `container ${container} of ${subjectText(subjectOf(workload))} starts`,
      rationale: 'No earlier template started it in another way, and which command is right is not recorded in the cluster.',
      needsInput: [{ name: 'command', question: `How should container ${container} be started? ${String(finding.facts['program'])} ${SAYS[finding.facts['what'] as What]}.`, target: refOf(workload) }],
    }),
  ]
}

export const badCommand: Hazard = {
  id: ID,
  title: 'A container is started with a command that cannot run',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Say which command the image should be started with.`,
  lookAlikes: ['"not found" about a file or a record that the program looks for while it works', 'exec format error, which is the architecture of the image', 'a permission that the running program lacks'],
  prevention: 'Start the image with the very command of the manifest once in the pipeline.',
  sources: [
    { title: 'Define a command and arguments for a container', url: 'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/' },
    { title: 'Bash: exit status', url: 'https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html' },
  ],
  reviewBy: '2027-06-30',
}
