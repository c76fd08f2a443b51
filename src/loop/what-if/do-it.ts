/**
 * Does to a twin what the question asks. A drain is `act`'s own; everything else is a request to the twin's API server,
 * which no live cluster answers, or a fault of its machines.
 */

import { applyStep } from '../../act/act.ts'
import { evaluateCondition } from '../../audit/conditions.ts'
import { clearForTwin } from '../../gate/clearance.ts'
import { faultLine, isFault } from '../../kernel/fault.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import { subjectOf, subjectText, refOf, type KubeObject } from '../../model/kube-object.ts'
import { replicasOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { createView } from '../../model/view.ts'
import type { Doing } from '../../model/what-if.ts'
import type { Twin } from '../../twin/twin.ts'
import { findNodes, findObject, findZones, servedRef } from './find-objects.ts'

export interface Done {
  /** One line a thing that was done, for the timeline. */
  readonly texts: readonly string[]
  readonly problems: readonly string[]
  readonly evictionsBlocked: number
}

const USER = 'boyd-what-if'
const RESTARTED = 'kubectl.kubernetes.io/restartedAt'

/** What the twin refuses is an answer to the question, not a failure of it; names that fit nothing are faults. */
export async function doIt(twin: Twin, doing: Doing): Promise<Done> {
  switch (doing.type) {
    case 'nothing':
      return done(['nothing is done'])
    case 'drain':
      return drainNodes(twin, doing)
    case 'cordon':
      return attempt(findNodes(twin, doing.nodes), (node) => request(twin).patch(servedRef(twin, node), { type: 'merge', body: { spec: { unschedulable: true } } }), 'is cordoned')
    case 'lose':
      return lose(twin, [...findNodes(twin, doing.nodes), ...findZones(twin, doing.zones)])
    case 'delete':
      return attempt(doing.things.map((thing) => findObject(twin, thing)), (object) => request(twin).remove(servedRef(twin, object)), 'is deleted')
    case 'scale':
      return scale(twin, findObject(twin, doing.thing), doing.to)
    case 'restart':
      return attempt([findObject(twin, doing.thing)], (object) => request(twin).patch(servedRef(twin, object), { type: 'merge', body: { spec: { template: { metadata: { annotations: { [RESTARTED]: toKubeTime(twin.nowMs()) } } } } } }), 'is restarted')
    case 'apply':
      return attempt(doing.objects, (object) => request(twin).apply(object, { fieldManager: USER, force: true }), 'is applied')
  }
}

function request(twin: Twin): ReturnType<Twin['apiFor']> {
  return twin.apiFor(USER)
}

function done(texts: readonly string[]): Done {
  return { texts, problems: [], evictionsBlocked: 0 }
}

function attempt(objects: readonly KubeObject[], send: (object: KubeObject) => unknown, what: string): Done {
  const texts: string[] = []
  const problems: string[] = []
  for (const object of objects) {
    const name = subjectText(subjectOf(object))
    try {
      send(object)
      texts.push(`${name} ${what}`)
    } catch (error) {
      if (!isFault(error)) throw error
      problems.push(`${name}: ${faultLine(error)}`)
    }
  }
  return { texts, problems, evictionsBlocked: 0 }
}

async function lose(twin: Twin, nodes: readonly KubeObject[]): Promise<Done> {
  for (const { metadata } of nodes) await twin.control.setNode(metadata.name ?? '', { type: 'silent' })
  return done([nodes.length === 1 ? `${subjectText(subjectOf(nodes[0] as KubeObject))} stops` : `${nodes.length} nodes stop`])
}

function scale(twin: Twin, object: KubeObject, to: Extract<Doing, { type: 'scale' }>['to']): Done {
  const before = replicasOf(object)
  const replicas = 'factor' in to ? Math.round(before * to.factor) : to.replicas
  return attempt([object], () => request(twin).patch(servedRef(twin, object), { type: 'merge', body: { spec: { replicas } } }, { subresource: 'scale' }), `is scaled ${before} → ${replicas}`)
}

/** As `kubectl drain node/a node/b`: all cordoned first, then emptied one after the other. */
async function drainNodes(twin: Twin, doing: Extract<Doing, { type: 'drain' }>): Promise<Done> {
  const nodes = findNodes(twin, doing.nodes)
  const plan = drainPlan(nodes, doing)
  const cleared = clearForTwin(plan)
  const cluster = twin.cluster({ realm: 'twin', user: USER })
  const evaluate = (condition: Parameters<typeof evaluateCondition>[0]) => Promise.resolve(evaluateCondition(condition, { view: createView(twin.snapshot()), detect: () => [] }))
  const texts: string[] = []
  const problems: string[] = []
  let evictionsBlocked = 0
  for (const step of plan.steps) {
    const effect = await applyStep({ cleared, step, cluster, clock: twin.clock, evaluate })
    evictionsBlocked += effect.evictionsBlocked ?? 0
    if (effect.outcome === 'applied' || effect.outcome === 'already') texts.push(effect.detail)
    else problems.push(effect.detail)
  }
  return { texts, problems, evictionsBlocked }
}

function drainPlan(nodes: readonly KubeObject[], doing: Extract<Doing, { type: 'drain' }>): Plan {
  const steps = [
    ...nodes.map((node, index) => ({ id: `${index + 1}-cordon`, action: { verb: 'cordon', target: refOf(node) } as const })),
    ...nodes.map((node, index) => ({ id: `${nodes.length + index + 1}-drain`, action: { verb: 'drain', target: refOf(node), timeoutMs: doing.timeoutMs, ...(doing.deleteEmptyDirData ? { deleteEmptyDirData: true } : {}) } as const })),
  ]
  return {
    kind: 'plan',
    id: 'what-if-drain',
    goal: 'the nodes are empty',
    hazard: 'none',
    subject: subjectOf(nodes[0] as KubeObject),
    steps: steps.map((step) => ({ ...step, reason: 'asked', preconditions: [] })),
    proof: [],
    risk: 'disruptive',
    expectedEffect: '',
    needsInput: [],
    rationale: '',
    values: 'observed',
  }
}
