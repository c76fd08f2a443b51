/**
 * A DynaKube that the operator no longer serves, or whose agents are starved or miss nodes. Numbers are bands around what the operator's
 * own samples have, and never one value; what the current operator does by default is not asked for.
 */

import type { AuditFinding, AuditView, FieldPath } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'

/** By the release notes of the operator, read 2026-08: v1beta1 was last served by 1.6, v1beta2 by 1.6; v1beta3 and v1beta4 left since; v1beta5 and v1beta6 are served. */
const SERVED = new Set(['dynatrace.com/v1beta5', 'dynatrace.com/v1beta6'])
const OLD = new Set(['dynatrace.com/v1alpha1', 'dynatrace.com/v1beta1', 'dynatrace.com/v1beta2', 'dynatrace.com/v1beta3', 'dynatrace.com/v1beta4'])
/** Below this an agent is killed or throttled before it is of use: half of the smallest sample. */
const MEMORY_MIN = { oneagent: 256 * 2 ** 20, activegate: 512 * 2 ** 20 }
const SECCOMP = 'feature.dynatrace.com/init-container-seccomp-profile'

function audit({ cluster }: AuditView): AuditFinding[] {
  const dynakubes = cluster.list('dynatrace.com', 'DynaKube').flatMap((object) => [...version(object), ...seccomp(object), ...agents(object), ...gate(object)])
  return [...dynakubes, ...oldAccount(cluster)]
}

function version(object: KubeObject): AuditFinding[] {
  if (SERVED.has(object.apiVersion) || !OLD.has(object.apiVersion)) return []
  return [{ of: object, path: ['apiVersion'], summary: `${subjectText(subjectOf(object))} is written in ${object.apiVersion}, which current operators do not serve`, advice: `Convert it to ${[...SERVED].at(-1) ?? ''}, one operator release at a time, and look at the storedVersions of the definition.`, cause: 'a version that is not served', severity: 2 }]
}

/** On by default; only somebody who switches it off needs to know. */
function seccomp(object: KubeObject): AuditFinding[] {
  if (object.metadata.annotations?.[SECCOMP] !== 'false') return []
  return [{ of: object, path: ['metadata', 'annotations', SECCOMP], summary: `${subjectText(subjectOf(object))} switches the seccomp profile of its init container off; Restricted namespaces then refuse the pods it is injected into`, advice: 'Remove the annotation.', cause: 'seccomp is off' }]
}

const MODES = ['classicFullStack', 'cloudNativeFullStack', 'hostMonitoring'] as const

function agents(object: KubeObject): AuditFinding[] {
  const oneAgent = at(object, ['spec', 'oneAgent'])
  return MODES.flatMap((mode) => {
    const settings = at(oneAgent, [mode])
    if (!isRecord(settings)) return []
    const path: FieldPath = ['spec', 'oneAgent', mode]
    const tolerates = Array.isArray(settings['tolerations']) && settings['tolerations'].length > 0
    return [
      ...(tolerates ? [] : [{ of: object, path, summary: `${subjectText(subjectOf(object))} gives its agents no tolerations, so they miss tainted pools`, advice: 'tolerations for the taints that your pools really have; CriticalAddonsOnly for system pools on AKS.', cause: 'agents miss tainted nodes' }]),
      ...starved(object, [...path, 'oneAgentResources'], MEMORY_MIN.oneagent, 'OneAgent'),
    ]
  })
}

function gate(object: KubeObject): AuditFinding[] {
  return isRecord(at(object, ['spec', 'activeGate'])) ? starved(object, ['spec', 'activeGate', 'resources'], MEMORY_MIN.activegate, 'ActiveGate') : []
}

function starved(object: KubeObject, path: FieldPath, least: number, what: string): AuditFinding[] {
  const memory = at(object, [...path, 'limits', 'memory'])
  const bytes = typeof memory === 'string' ? parseQuantity(memory) : undefined
  return bytes === undefined || bytes >= least ? [] : [{ of: object, path: [...path, 'limits', 'memory'], summary: `${subjectText(subjectOf(object))} limits ${what} to ${String(memory)}`, advice: `Give it at least ${least / 2 ** 20}Mi.`, cause: 'an agent that is starved' }]
}

/** The account was replaced in operator 1.8; a check or a binding that names it says no on a healthy installation. */
function oldAccount(cluster: AuditView['cluster']): AuditFinding[] {
  if (cluster.list('dynatrace.com', 'DynaKube').every(({ apiVersion }) => !SERVED.has(apiVersion))) return []
  return ['ClusterRoleBinding', 'RoleBinding'].flatMap((kind) => cluster.list('rbac.authorization.k8s.io', kind)).flatMap((binding) => {
    const subjects = Array.isArray(binding['subjects']) ? (binding['subjects'] as readonly { name?: string }[]) : []
    const index = subjects.findIndex(({ name }) => name === 'dynatrace-kubernetes-monitoring')
    return index < 0 ? [] : [{ of: binding, path: ['subjects', index, 'name'], summary: `${subjectText(subjectOf(binding))} names dynatrace-kubernetes-monitoring, an account that operators since 1.8 do not make`, advice: 'Use dynatrace-activegate.', cause: 'an account that is gone' }]
  })
}

function at(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), value)
}

export const dynakubeSettings: AuditRule = {
  id: 'dynakube-settings',
  title: 'A DynaKube that is out of date, starved or blind',
  severity: 3,
  appliesTo: ['dynatrace.com/DynaKube'],
  audit,
  lookAlikes: ['no seccomp annotation: on by default', 'resources that differ from the sample and are enough', 'the old account beside an old operator'],
  prevention: 'Pin the operator\'s chart, upgrade by pull request, and let the definition and the objects move together.',
  sources: [
    { title: 'Dynatrace operator: releases', url: 'https://github.com/Dynatrace/dynatrace-operator/releases' },
    { title: 'DynaKube parameters', url: 'https://docs.dynatrace.com/docs/ingest-from/setup-on-k8s/reference/dynakube-parameters' },
  ],
  reviewBy: '2027-01-31',
}
