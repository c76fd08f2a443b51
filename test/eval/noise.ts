/**
 * Unrelated old trouble: what lies around in every cluster and has for days. It is really broken; it is just not
 * tonight's. It lives in a namespace of its own, and its times are moved back (`aged`), because a twin need not run
 * for a week to make something old.
 */

import { parseTimeMs, toKubeTime } from '../../src/kernel/clock.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { parseWorld, type ImageBehaviour } from '../../src/model/world.ts'
import { makeApp, withContainer, withPod } from './apps.ts'
import type { Cast } from './cast.ts'

export interface Noise {
  readonly namespace: string
  readonly objects: readonly KubeObject[]
  readonly images: readonly ImageBehaviour[]
  readonly ageMs: number
}

type Piece = (cast: Cast, namespace: string) => { readonly objects: readonly KubeObject[]; readonly images?: readonly object[] }

const PIECES: readonly Piece[] = [
  // It ends before it would serve: what is ready for a moment after each start is whole to whoever looks then.
  (cast, namespace) => {
    const app = makeApp(cast, { namespace, replicas: 1 })
    return { objects: [app.workload], images: [{ image: app.image, startSeconds: 5, exits: [{ code: 1, afterSeconds: 3, log: 'Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\nKeyError: \'plan\'' }] }] }
  },
  (cast, namespace) => {
    const app = makeApp(cast, { namespace, replicas: 1 })
    return { objects: [app.workload], images: [{ image: app.image, exists: false }] }
  },
  (cast, namespace) => ({ objects: [withPod(makeApp(cast, { namespace, replicas: 1 }), { nodeSelector: { 'example.com/gpu': 'true' } })] }),
  (cast, namespace) => ({ objects: [withContainer(makeApp(cast, { namespace, replicas: 1 }), { envFrom: [{ configMapRef: { name: cast.name() } }] })] }),
  (cast, namespace) => ({ objects: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: cast.name(), namespace }, spec: { selector: { app: 'retired' }, ports: [{ port: 80 }] } }] }),
  (cast, namespace) => ({ objects: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: cast.name(), namespace }, spec: { storageClassName: 'legacy-nfs', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } } }] }),
]

export function makeNoise(cast: Cast): Noise {
  const namespace = cast.pick('sandbox', 'scratch', 'old-demo', 'hackweek', 'legacy')
  const ageMs = (2 + cast.rng.below(9)) * 86_400_000 + cast.rng.below(86_400_000)
  const chosen = Array.from({ length: cast.noise }, () => (cast.pick(...PIECES))(cast, namespace))
  const objects = chosen.length === 0 ? [] : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...chosen.flatMap((piece) => piece.objects)]
  return { namespace, objects, images: parseWorld({ images: chosen.flatMap((piece) => piece.images ?? []) }).images, ageMs }
}

/** The snapshot in which all that happened to the noise happened days ago; events that old are no longer kept. */
export function aged(snapshot: Snapshot, noise: Noise): Snapshot {
  const isNoise = (object: KubeObject): boolean => object.metadata.namespace === noise.namespace || (object.kind === 'Namespace' && object.metadata.name === noise.namespace)
  const objects = snapshot.objects.flatMap((object) => {
    if (!isNoise(object)) return [object]
    return object.kind === 'Event' && !isRepeating(object) ? [] : [movedBack(object, noise.ageMs)]
  })
  return { ...snapshot, objects }
}

/** The kubelet and the scheduler repeat themselves for as long as it lasts. */
function isRepeating(event: KubeObject): boolean {
  return ['BackOff', 'Failed', 'FailedScheduling', 'ProvisioningFailed', 'FailedBinding'].includes(String(event['reason']))
}

const LATEST = new Set(['lastTimestamp', 'lastObservedTime', 'finishedAt', 'startedAt', 'renewTime', 'lastHeartbeatTime'])

/** What is seen again and again keeps its last time. */
function movedBack<T>(value: T, byMs: number): T {
  if (Array.isArray(value)) return value.map((item: unknown) => movedBack(item, byMs)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, LATEST.has(key) ? child : typeof child === 'string' ? earlier(child, byMs) : movedBack(child, byMs)])) as T
}

function earlier(text: string, byMs: number): string {
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return text
  const atMs = parseTimeMs(text)
  return atMs === undefined ? text : toKubeTime(atMs - byMs)
}
