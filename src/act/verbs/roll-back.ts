/**
 * Roll-back: copies the pod template of an older revision forward, as `kubectl rollout undo --to-revision` does
 * (kubectl/pkg/polymorphichelpers/rollback.go).
 *
 * Revision numbers move when a template is used again, so the digest decides: a workload that has the template
 * already is done, and a revision that holds another template than the plan saw is refused.
 */

import { isRecord, type JsonValue } from '../../kernel/json.ts'
import { controllerOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { REVISION_ANNOTATION, revisionIn, templateDigest, type Revision } from '../../model/kube/revision.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Target } from '../../model/plan.ts'
import type { Patch } from '../../ports/cluster.ts'
import { boundTo } from '../dry-run-first.ts'
import type { Hands } from '../hands.ts'
import { locate, refOfTarget } from '../locate.ts'
import { sendPatch } from '../send-patch.ts'
import { already, ready, refused, type VerbHandler } from '../verb.ts'

/** Annotations of the ReplicaSet that belong to the controller and are not copied (rollback.go: annotationsToSkip). */
const NOT_COPIED = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION_ANNOTATION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]

/** Where each kind keeps its revisions. */
const HOLDER_KIND: Readonly<Record<string, string>> = { Deployment: 'ReplicaSet', StatefulSet: 'ControllerRevision', DaemonSet: 'ControllerRevision' }

export const rollBack: VerbHandler<'roll-back'> = {
  async prepare(action, { hands }) {
    const { target, toRevision, fromRevision, templateDigest: wanted } = action
    if (HOLDER_KIND[target.kind] === undefined) return refused(`a ${target.kind} keeps no revisions to roll back to`)
    const found = await locate(hands, target)
    if (found.type !== 'found') return refused(found.detail)
    const workload = found.object
    if (currentDigest(hands.asSeen(workload)) === wanted) return already(`${subjectText(target)} has the template of revision ${toRevision} already`)
    if ((workload['spec'] as { paused?: boolean }).paused === true) return refused(`${subjectText(target)} is paused and cannot be rolled back`)
    const revision = await findRevision(hands, workload, (candidate) => String(candidate.number) === toRevision)
    if (revision === undefined) return refused(`revision ${toRevision} of ${subjectText(target)} is no longer kept`)
    if (digestAsSeen(hands, revision) !== wanted) return refused(`revision ${toRevision} of ${subjectText(target)} holds another template than the plan was made for`)
    const patch = boundTo(workload, workload.kind === 'Deployment' ? deploymentPatch(workload, revision) : controllerRevisionPatch(revision))
    const done = `${subjectText(target)} has the template of revision ${toRevision} again, before ${fromRevision}`
    return ready(() => sendPatch(hands, { ref: refOfTarget(target), current: workload, patch, done }))
  },
  async inverse(action, { hands }) {
    const { target, toRevision, fromRevision } = action
    const before = await revisionNumbered(hands, target, fromRevision)
    return before === undefined ? undefined : { verb: 'roll-back', target, toRevision: fromRevision, fromRevision: toRevision, templateDigest: digestAsSeen(hands, before) }
  },
}

function currentDigest(workload: KubeObject): string | undefined {
  const template = podTemplateOf(workload)
  return template === undefined ? undefined : templateDigest(template)
}

/** What is written is the revision as it is; what is compared is the revision as the plan saw it. */
function digestAsSeen(hands: Hands, revision: Revision): string {
  return revisionIn(hands.asSeen(revision.holder))?.digest ?? revision.digest
}

async function revisionNumbered(hands: Hands, target: Target, number: string): Promise<Revision | undefined> {
  const found = await locate(hands, target)
  return found.type === 'found' ? findRevision(hands, found.object, (candidate) => String(candidate.number) === number) : undefined
}

async function findRevision(hands: Hands, workload: KubeObject, matches: (revision: Revision) => boolean): Promise<Revision | undefined> {
  const kind = HOLDER_KIND[workload.kind] ?? 'ControllerRevision'
  const { namespace } = workload.metadata
  const { items } = await hands.list({ apiVersion: 'apps/v1', kind, ...(namespace === undefined ? {} : { namespace }) })
  return items
    .filter((item) => isControlledBy(item, workload))
    .flatMap((item) => revisionIn(item) ?? [])
    .find(matches)
}

function isControlledBy(child: KubeObject, workload: KubeObject): boolean {
  const owner = controllerOf(child)
  return owner !== undefined && owner.kind === workload.kind && owner.name === workload.metadata.name && owner.uid === workload.metadata.uid
}

function deploymentPatch(deployment: KubeObject, revision: Revision): Patch {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => NOT_COPIED.includes(key))
  const old = Object.entries(revision.holder.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.includes(key))
  return {
    type: 'json',
    body: [
      { op: 'replace', path: '/spec/template', value: revision.template as JsonValue },
      { op: 'add', path: '/metadata/annotations', value: Object.fromEntries([...own, ...old]) },
    ],
  }
}

/** The revision's data is a strategic patch by itself: `{spec: {template: {…, $patch: replace}}}`. */
function controllerRevisionPatch(revision: Revision): Patch {
  const data = revision.holder['data']
  return { type: 'strategic', body: (isRecord(data) ? data : {}) as JsonValue }
}
