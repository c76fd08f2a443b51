/**
 * The stage of an incident: a twin with nodes, system workloads, healthy neighbours and old noise, and the hands of the
 * people who break it. Time passes only when the incident says so.
 */

import { DEFAULT_CLUSTER_VERSION } from '../../src/model/snapshot.ts'
import { refOf, type KubeObject, type ObjectRef } from '../../src/model/kube-object.ts'
import { isPod, isReady, type PodObject } from '../../src/model/kube/workload.ts'
import { createView, type View } from '../../src/model/view.ts'
import { parseWorld, type ImageBehaviour, type World } from '../../src/model/world.ts'
import type { NodeFault } from '../../src/ports/world-control.ts'
import { createTwin, type Twin } from '../../src/twin/twin.ts'
import { namespaceAlert, objectAlert, podAlert, podNotReadyAlert, serviceAlert, type Alert } from './alerts.ts'
import { makeApp, type App, type AppOptions } from './apps.ts'
import { createCast, type Cast } from './cast.ts'
import { capacityFor, nodesFor, systemObjects } from './cluster.ts'
import { makeNoise, type Noise } from './noise.ts'

const START_MS = Date.parse('2026-03-02T08:00:00Z')

export type ImageRule = Partial<ImageBehaviour> & { readonly image: string }

export interface Stage {
  readonly cast: Cast
  readonly twin: Twin
  readonly nodes: readonly KubeObject[]
  /** What each node has. */
  readonly capacity: Readonly<Record<string, string>>
  readonly noise: Noise
  /** A workload with its Service, as drawn by the cast; not applied yet. */
  app(options?: AppOptions): App
  /** Applies as a person or a pipeline does: creates, or changes what is there. */
  apply(...objects: readonly KubeObject[]): void
  /** Applies workload and Service of each. */
  deploy(...apps: readonly App[]): void
  remove(ref: ObjectRef): void
  /** How images behave from now on; rules of other images stay. */
  images(...rules: readonly ImageRule[]): void
  setWorld(world: Partial<World>): void
  node(name: string, fault: NodeFault): void
  pass(minutes: number): void
  view(): View
  podsOf(app: App): readonly PodObject[]
  /** Deletes the pods: the process starts anew, as it does after any crash. */
  restart(...apps: readonly App[]): void
  /** One of the ways in which monitoring may have noticed that an app is ill, or nobody. */
  ring(app: App, ways?: readonly Way[]): { readonly alerts?: readonly Alert[] }
}

export type Way = 'pod' | 'workload' | 'service' | 'namespace' | 'nobody'

export function setStage(seed: number): Stage {
  const cast = createCast(seed)
  const capacity = capacityFor(cast)
  const nodes = nodesFor(cast, capacity)
  const noise = makeNoise(cast)
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: cast.namespace } }
  const neighbours = Array.from({ length: 2 + cast.rng.below(3) }, () => makeApp(cast, { replicas: 1 + cast.rng.below(2) }))
  const twin = createTwin({ seed, startMs: START_MS, version: DEFAULT_CLUSTER_VERSION, objects: [namespace, ...nodes, ...systemObjects()] })
  const hands = handsOn(twin)
  hands.images(...noise.images)
  twin.advance(60_000)
  hands.apply(...neighbours.flatMap((app) => [app.workload, app.service]), ...noise.objects)
  twin.advance(4 * 60_000)
  return {
    cast,
    twin,
    nodes,
    capacity,
    noise,
    app: (options) => makeApp(cast, options),
    deploy: (...apps) => hands.apply(...apps.flatMap((app) => [app.workload, app.service])),
    ...hands,
    ring: (app, ways = ['pod', 'workload', 'service', 'namespace', 'nobody']) => ring(hands, cast, app, ways),
  }
}

type Hands = Pick<Stage, 'apply' | 'remove' | 'images' | 'setWorld' | 'node' | 'pass' | 'view' | 'podsOf' | 'restart'>

function handsOn(twin: Twin): Hands {
  let world = parseWorld({})
  const setWorld = (change: Partial<World>): void => {
    world = parseWorld({ ...world, ...change })
    void twin.control.setWorld(world)
  }
  const view = (): View => createView(twin.snapshot())
  return {
    apply: (...objects) => {
      for (const object of objects) twin.api.apply(object, { fieldManager: 'deploy-pipeline', force: true })
    },
    remove: (ref) => twin.api.remove(ref),
    setWorld,
    images: (...rules) => setWorld({ images: mergeImages(world.images, rules) }),
    node: (name, fault) => void twin.control.setNode(name, fault),
    pass: (minutes) => twin.advance(minutes * 60_000),
    view,
    podsOf: (app) => podsOf(view(), app.workload),
    restart: (...apps) => {
      for (const pod of apps.flatMap((app) => podsOf(view(), app.workload))) twin.api.remove(refOf(pod))
    },
  }
}

function mergeImages(images: readonly ImageBehaviour[], rules: readonly Partial<ImageBehaviour>[]): ImageBehaviour[] {
  const changed = new Set(rules.map((rule) => rule.image))
  return [...images.filter((rule) => !changed.has(rule.image)), ...rules] as ImageBehaviour[]
}

export function podsOf(view: View, workload: KubeObject): readonly PodObject[] {
  const owner = view.get(refOf(workload))
  return owner === undefined ? [] : view.podsOf(owner).filter(isPod)
}

function ring(hands: Hands, cast: Cast, app: App, ways: readonly Way[]): { readonly alerts?: readonly Alert[] } {
  const pods = hands.podsOf(app)
  const ill = pods.find((pod) => !isReady(pod)) ?? pods[0]
  switch (cast.pick(...ways)) {
    case 'pod':
      return { alerts: [ill === undefined ? objectAlert(app.workload) : cast.pick(podAlert(ill), podNotReadyAlert(ill))] }
    case 'workload':
      return { alerts: [objectAlert(app.workload)] }
    case 'service':
      return { alerts: [serviceAlert(app.service)] }
    case 'namespace':
      return { alerts: [namespaceAlert(app.namespace)] }
    case 'nobody':
      return {}
  }
}
