/** What changed shortly before it began: revisions of the workload, edits of the configuration it reads. */

import { parseTimeMs } from '../kernel/clock.ts'
import type { Finding } from '../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { podTemplateOf } from '../model/kube/workload.ts'
import { objectOf } from '../model/topology/find-object.ts'
import { historyOf } from '../model/topology/history.ts'
import type { View } from '../model/view.ts'

/** Changes older than this rarely explain what begins now. */
const WINDOW_MS = 24 * 60 * 60_000

interface Change {
  readonly atMs: number
  readonly text: string
}

/** Newest first, as sentences. */
export function changesBefore(view: View, finding: Finding): string[] {
  const subject = objectOf(view, finding.subject)
  if (subject === undefined) return []
  const beganMs = finding.sinceMs ?? view.nowMs
  const changes = [...revisionChange(view, subject), ...configurationChanges(view, subject)]
  return changes
    .filter((change) => change.atMs <= beganMs + 60_000 && beganMs - change.atMs < WINDOW_MS)
    .sort((left, right) => right.atMs - left.atMs || (left.text < right.text ? -1 : 1))
    .map((change) => `${change.text} ${beforeText(beganMs - change.atMs)}`)
}

function beforeText(beforeMs: number): string {
  const minutes = Math.max(0, Math.round(beforeMs / 60_000))
  return minutes < 120 ? `${minutes} min before` : `${Math.round(minutes / 60)} h before`
}

function revisionChange(view: View, workload: KubeObject): Change[] {
  const history = historyOf(view, workload)
  if (history?.changedMs === undefined || history.earlier.length === 0) return []
  return [{ atMs: history.changedMs, text: `${subjectText(subjectOf(workload))} moved to revision ${history.current.number}` }]
}

function configurationChanges(view: View, workload: KubeObject): Change[] {
  const spec = podTemplateOf(workload)?.spec
  const namespace = workload.metadata.namespace ?? 'default'
  const volumes = (spec?.volumes ?? []).flatMap((volume) => [['ConfigMap', volume.configMap?.name], ['Secret', volume.secret?.secretName]] as const)
  const variables = (spec?.containers ?? []).flatMap((container) => [
    ...(container.envFrom ?? []).flatMap((source) => [['ConfigMap', source.configMapRef?.name], ['Secret', source.secretRef?.name]] as const),
    ...(container.env ?? []).flatMap((entry) => [['ConfigMap', entry.valueFrom?.configMapKeyRef?.name], ['Secret', entry.valueFrom?.secretKeyRef?.name]] as const),
  ])
  const named = new Map([...volumes, ...variables].flatMap(([kind, name]) => (name === undefined ? [] : [[`${kind}/${name}`, { kind, name }]])))
  return [...named.values()].flatMap(({ kind, name }) => {
    const object = view.get({ apiVersion: 'v1', kind, namespace, name })
    const times = (object?.metadata.managedFields ?? []).map((entry) => parseTimeMs(entry.time)).filter((time) => time !== undefined)
    return object === undefined || times.length === 0 ? [] : [{ atMs: Math.max(...times), text: `${subjectText(subjectOf(object))} was edited` }]
  })
}
