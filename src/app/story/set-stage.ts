/**
 * Sets the stage of a story on a cluster: applies what is given, breaks what breaks, waits until it shows, and
 * returns the alert that a monitoring system would send now.
 */

import { toIso, type Clock } from '../../kernel/clock.ts'
import { fault, isFault } from '../../kernel/fault.ts'
import type { JsonValue } from '../../kernel/json.ts'
import { groupKind, refOf, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import type { Condition } from '../../model/plan.ts'
import { conditionOf, containerStatusesOf, isPod, type PodObject } from '../../model/kube/workload.ts'
import { createView, type View } from '../../model/view.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { WorldControl } from '../../ports/world-control.ts'
import type { ScriptStep, Story } from './story.ts'

export interface Stage {
  readonly cluster: Cluster
  readonly control: WorldControl
  readonly clock: Clock
  takeSnapshot(): Promise<Snapshot>
  holds(condition: Condition, view: View): boolean
  /** Told before each step of the script, for whoever watches. */
  onStep?(text: string): void
}

const POLL_MS = 1_000
const NODES_READY_SECONDS = 120

/** Kinds that others need first; everything else in the order of the file. */
const FIRST_KINDS = ['/Namespace', 'scheduling.k8s.io/PriorityClass', '/Node', '/ServiceAccount', '/ResourceQuota', '/LimitRange', '/ConfigMap', '/Secret']

/** Plays the script up to the alert. Returns the payload with the times and names of this run in it. */
export async function setStage(stage: Stage, story: Story): Promise<JsonValue> {
  stage.onStep?.(`${story.given.length} objects are applied`)
  await stage.control.setWorld(story.world)
  await openHouse(stage, story.given)
  for (const step of story.script) await playStep(stage, story, step)
  return fillAlert(stage, story.alert)
}

/** Nodes first, and the rest once they are Ready: which node got which pod must not hang on which joined first. */
async function openHouse(stage: Stage, given: readonly KubeObject[]): Promise<void> {
  const nodes = given.filter((object) => groupKind(object.apiVersion, object.kind) === '/Node')
  await applyAll(stage.cluster, nodes)
  await waitUntil(stage, NODES_READY_SECONDS, 'the given nodes to be Ready', (view) => nodes.every((node) => !isNotReady(view, node.metadata.name ?? '')))
  await applyAll(stage.cluster, given.filter((object) => !nodes.includes(object)))
}

async function playStep(stage: Stage, story: Story, step: ScriptStep): Promise<void> {
  if ('apply' in step) {
    stage.onStep?.(`${step.apply} is applied`)
    await applyAll(stage.cluster, story.files[step.apply] ?? [])
  } else if ('node' in step) {
    stage.onStep?.(`node ${step.node} becomes ${step.fault.type}`)
    await stage.control.setNode(step.node, step.fault)
  } else if ('pauseSeconds' in step) {
    await stage.clock.sleep(step.pauseSeconds * 1_000)
  } else if ('until' in step) {
    await waitUntil(stage, step.withinSeconds, 'the conditions of the script', (view) => step.until.every((condition) => stage.holds(condition, view)))
  } else if ('untilNotReady' in step) {
    await waitUntil(stage, step.withinSeconds, `node ${step.untilNotReady} to be NotReady`, (view) => isNotReady(view, step.untilNotReady))
  } else {
    const { target, reasons } = step.untilTroubled
    await waitUntil(stage, step.withinSeconds, `${target.name} to be in trouble`, (view) => troubledPods(view, target, reasons).length > 0)
  }
}

async function waitUntil(stage: Stage, withinSeconds: number, what: string, test: (view: View) => boolean): Promise<void> {
  const untilMs = stage.clock.now() + withinSeconds * 1_000
  while (stage.clock.now() <= untilMs) {
    if (test(createView(await stage.takeSnapshot()))) return
    await stage.clock.sleep(POLL_MS)
  }
  throw fault({ code: 'timeout', operation: 'set the stage', message: `waited ${withinSeconds} s for ${what}` })
}

/** Creates, or replaces what exists: the fields that the server owns are carried over. */
async function applyAll(cluster: Cluster, objects: readonly KubeObject[]): Promise<void> {
  const order = (object: KubeObject): number => {
    const index = FIRST_KINDS.indexOf(groupKind(object.apiVersion, object.kind))
    return index < 0 ? FIRST_KINDS.length : index
  }
  for (const object of [...objects].sort((left, right) => order(left) - order(right))) await applyOne(cluster, object)
}

async function applyOne(cluster: Cluster, object: KubeObject): Promise<void> {
  try {
    await cluster.create(object)
  } catch (error) {
    if (!isFault(error) || error.code !== 'already-exists') throw error
    const { status: _status, ...rest } = object
    await cluster.patch(refOf(object), { type: 'merge', body: rest as unknown as JsonValue })
  }
}

function isNotReady(view: View, name: string): boolean {
  const node = view.get({ apiVersion: 'v1', kind: 'Node', name })
  return node === undefined || conditionOf(node, 'Ready')?.status !== 'True'
}

function troubledPods(view: View, target: ObjectRef, reasons: readonly string[] | undefined): readonly PodObject[] {
  const owner = view.get(target)
  const pods = owner === undefined ? [] : view.podsOf(owner)
  return pods
    .filter((pod) => containerStatusesOf(pod).some((status) => reasonsOf(status).some((reason) => reasons === undefined || reasons.includes(reason))))
    .sort((left, right) => ((left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1))
}

function reasonsOf(status: ReturnType<typeof containerStatusesOf>[number]): string[] {
  const unready = status.ready ? [] : ['NotReady']
  return [status.state?.waiting?.reason, status.state?.terminated?.reason, status.lastState?.terminated?.reason, ...unready].filter((reason) => reason !== undefined)
}

async function fillAlert(stage: Stage, alert: unknown): Promise<JsonValue> {
  const view = createView(await stage.takeSnapshot())
  const text = JSON.stringify(alert)
    .replaceAll(/\{\{now\}\}/g, toIso(stage.clock.now()))
    .replaceAll(/\{\{pod:([^/}]+)\/([^/}]+)\/([^}]+)\}\}/g, (_, kind: string, namespace: string, name: string) => podName(view, kind, namespace, name))
  return JSON.parse(text) as JsonValue
}

function podName(view: View, kind: string, namespace: string, name: string): string {
  const owner = view.snapshot.objects.find((object) => object.kind === kind && object.metadata.namespace === namespace && object.metadata.name === name)
  const pods = owner === undefined ? [] : view.podsOf(owner)
  const unready = pods.filter((pod) => isPod(pod) && conditionOf(pod, 'Ready')?.status !== 'True')
  return (unready[0] ?? pods[0])?.metadata.name ?? ''
}
