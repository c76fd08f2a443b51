/**
 * What changed shortly before it began: revisions of the workload, edits of it and of what it reads, of the Services in
 * front of it, of the nodes it runs on; and who makes such changes, where a GitOps tool or Helm signed for it.
 */

import { subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { isPod, podTemplateOf } from '../model/kube/workload.ts'
import type { Finding } from '../model/hazard.ts'
import { objectOf } from '../model/topology/find-object.ts'
import { historyOf } from '../model/topology/history.ts'
import { keyOf, livePodsOf } from '../model/topology/ownership.ts'
import { servicesOfPod } from '../model/topology/services.ts'
import { unitOf } from '../model/topology/upstream.ts'
import type { View } from '../model/view.ts'
import { beganMs } from './began.ts'
import { editsOf } from './edits.ts'

/** Changes older than this rarely explain what begins now. */
const WINDOW_MS = 24 * 60 * 60_000
/** Clocks differ, and a first sign may be seen a moment before the change is written down. */
const SLACK_MS = 60_000
const LISTED_MAX = 8

interface Change {
  readonly atMs: number
  readonly text: string
}

/** Newest first, as sentences. */
export function changesBefore(view: View, finding: Finding): string[] {
  const subject = objectOf(view, finding.subject)
  if (subject === undefined) return []
  const began = beganMs(view, finding) ?? view.nowMs
  const unit = unitOf(view, subject)
  const changes = [...revisionChange(view, unit), ...[unit, ...readBy(view, unit), ...inFrontOf(view, unit)].flatMap(editChanges)]
  return changes
    .filter((change) => change.atMs <= began + SLACK_MS && began - change.atMs < WINDOW_MS)
    .sort((left, right) => right.atMs - left.atMs || (left.text < right.text ? -1 : 1))
    .slice(0, LISTED_MAX)
    .map((change) => `${change.text} ${beforeText(began - change.atMs)}`)
}

function beforeText(beforeMs: number): string {
  const minutes = Math.max(0, Math.round(beforeMs / 60_000))
  return minutes < 120 ? `${minutes} min before` : `${Math.round(minutes / 60)} h before`
}

function revisionChange(view: View, workload: KubeObject): Change[] {
  const history = historyOf(view, workload)
  if (history?.changedMs === undefined || history.earlier.length === 0) return []
  return [{ atMs: history.changedMs, text: `${subjectText(subjectOf(workload))} moved to revision ${history.current.number}${sourceText(workload)}` }]
}

/** The newest edit of each; the first one made the object and is a change only where it is recent. */
function editChanges(object: KubeObject): Change[] {
  const [edit] = editsOf(object)
  if (edit === undefined || isPod(object)) return []
  const what = edit.fields.length === 0 ? '' : ` (${edit.fields.join(', ')})`
  return [{ atMs: edit.atMs, text: `${subjectText(subjectOf(object))} was edited by ${edit.manager}${what}${sourceText(object)}` }]
}

const SOURCES: readonly (readonly [annotation: string, tool: string])[] = [
  ['argocd.argoproj.io/tracking-id', 'Argo CD'],
  ['kustomize.toolkit.fluxcd.io/name', 'Flux'],
  ['helm.toolkit.fluxcd.io/name', 'Flux'],
  ['meta.helm.sh/release-name', 'Helm release'],
]

/** Where the next change will come from, so that a fix there is not undone. */
function sourceText(object: KubeObject): string {
  const marks = { ...object.metadata.labels, ...object.metadata.annotations }
  const source = SOURCES.find(([annotation]) => marks[annotation] !== undefined)
  return source === undefined ? '' : `, from ${source[1]} ${(marks[source[0]] ?? '').split(':')[0] ?? ''}`
}

/** ConfigMaps and Secrets that the pods mount or take variables from. */
function readBy(view: View, workload: KubeObject): KubeObject[] {
  const spec = podTemplateOf(workload)?.spec
  const namespace = workload.metadata.namespace ?? 'default'
  const volumes = (spec?.volumes ?? []).flatMap((volume) => [['ConfigMap', volume.configMap?.name], ['Secret', volume.secret?.secretName]] as const)
  const variables = (spec?.containers ?? []).flatMap((container) => [
    ...(container.envFrom ?? []).flatMap((source) => [['ConfigMap', source.configMapRef?.name], ['Secret', source.secretRef?.name]] as const),
    ...(container.env ?? []).flatMap((entry) => [['ConfigMap', entry.valueFrom?.configMapKeyRef?.name], ['Secret', entry.valueFrom?.secretKeyRef?.name]] as const),
  ])
  const objects = [...volumes, ...variables].flatMap(([kind, name]) => (name === undefined ? [] : [view.get({ apiVersion: 'v1', kind, namespace, name })]))
  return [...new Set(objects.filter((object) => object !== undefined))]
}

function inFrontOf(view: View, workload: KubeObject): KubeObject[] {
  const services = livePodsOf(view, workload).flatMap((pod) => servicesOfPod(view, pod))
  return [...new Map(services.map((service) => [keyOf(service), service])).values()]
}
