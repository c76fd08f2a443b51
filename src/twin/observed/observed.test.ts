/** What a snapshot tells about a world, what is assumed where it does not, and the sentence for each. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import type { World } from '../../model/world.ts'
import { inferWorld, type ObservedWorld } from '../observed.ts'
import { lookAt } from './observation.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const at = (second: number): string => new Date(Date.parse('2026-03-01T11:00:00Z') + second * 1000).toISOString()

interface PodParts {
  readonly spec?: object
  readonly container?: object
  readonly status?: object
  readonly containerStatus?: object
}

function pod(name: string, { spec = {}, container = {}, status = {}, containerStatus }: PodParts = {}): KubeObject {
  const containerStatuses = containerStatus === undefined ? {} : { containerStatuses: [{ name: 'main', image: 'app:1', imageID: 'x', restartCount: 0, ready: true, ...containerStatus }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name, uid: name }, spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'app:1', ...container }], ...spec }, status: { phase: 'Running', ...containerStatuses, ...status } } as KubeObject
}

const event = (about: string, reason: string, message: string): KubeObject => ({ apiVersion: 'v1', kind: 'Event', metadata: { namespace: 'shop', name: `${about}.${reason}.${message.length}` }, involvedObject: { kind: 'Pod', namespace: 'shop', name: about }, reason, message })
const ready = (name: string, startedAt: number, readyAt: number): KubeObject =>
  pod(name, { container: { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 2 } }, containerStatus: { state: { running: { startedAt: at(startedAt) } } }, status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(readyAt) }] } })
const gated = (name: string, conditions: object[]): KubeObject => pod(name, { spec: { readinessGates: [{ conditionType: 'lb' }] }, status: { conditions } })
const metrics = (name: string, memory: string): KubeObject => ({ apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', metadata: { namespace: 'shop', name }, containers: [{ name: 'main', usage: { memory, cpu: '1m' } }] })
const nodeMetrics: KubeObject = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'NodeMetrics', metadata: { name: 'n1' }, usage: { memory: '1Gi' } }
const config = (text: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'kube-system', name: 'kubelet-config' }, data: { kubelet: text } })
const kubeletYaml = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncrashLoopBackOff:\n  maxContainerRestartPeriod: 1m30s\nevictionHard:\n  memory.available: "500Mi"\n'
const refusedPod = pod('bad', { container: { image: 'gone:1' }, status: { phase: 'Pending' }, containerStatus: { imageID: '', ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } } })
const hooked: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'web' }, spec: { template: { spec: { containers: [{ name: 'main', image: 'app:1', lifecycle: { preStop: { exec: { command: ['./drain.sh'] } } } }] } } } }

interface Row {
  readonly name: string
  readonly objects: readonly KubeObject[]
  readonly world: (world: World) => unknown
  readonly is: unknown
  readonly said: RegExp
}

const imageIn = (world: World, image = 'app:1'): World['images'][number] | undefined => world.images.find((one) => one.image === image)

const ROWS: readonly Row[] = [
  { name: 'nothing', objects: [], world: (world) => [world.unlistedPullSeconds, world.images, world.readinessGates], is: [1, [], []], said: /to be pulled in 1 s, since no pull was seen[\s\S]*Nobody measured how much memory[\s\S]*end a second after SIGTERM/ },
  { name: 'starts: the median, less the probe’s period', objects: [ready('a', 0, 20), ready('b', 0, 32), ready('c', 0, 24)], world: (world) => imageIn(world)?.startSeconds, is: 22, said: /app:1 takes about 22 s to start, the median of 3 running pods/ },
  { name: 'a start after a restart counts, too', objects: [pod('a', { container: { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 2 } }, containerStatus: { restartCount: 3, state: { running: { startedAt: at(0) } } }, status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(12) }] } })], world: (world) => imageIn(world)?.startSeconds, is: 10, said: /about 10 s to start, the median of 1 running pod/ },
  { name: 'pulls, and those nobody saw', objects: [pod('a'), event('a', 'Pulled', 'Successfully pulled image "app:1" in 1m2.5s (1m2.5s including waiting). Image size: 5 bytes.')], world: (world) => [imageIn(world)?.pullSeconds, world.unlistedPullSeconds], is: [62.5, 62.5], said: /Pulling image app:1 is assumed to take 62.5 s, the median of 1 seen[\s\S]*pulled in 62.5 s, the median of 1 images/ },
  { name: 'a refused image', objects: [refusedPod], world: (world) => imageIn(world, 'gone:1')?.exists, is: false, said: /gone:1 cannot be pulled, as seen on container main of Pod shop\/bad \(ImagePullBackOff\); it is assumed to stay so\./ },
  { name: 'a refused image that a node has', objects: [refusedPod, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n2' }, status: { images: [{ names: ['gone:1'] }] } }], world: (world) => imageIn(world, 'gone:1')?.exists, is: false, said: /stay so \(1 node has it and can go on using it\)/ },
  { name: 'a refusal of a pod that is gone', objects: [event('old', 'Failed', 'Failed to pull image "gone:2": rpc error: code = NotFound desc = gone:2: not found')], world: (world) => imageIn(world, 'gone:2')?.exists, is: false, said: /gone:2 cannot be pulled, as events say/ },
  { name: 'a refusal that somebody’s container disproves', objects: [pod('a', { containerStatus: {} }), event('old', 'Failed', 'Failed to pull image "app:1": not found')], world: (world) => imageIn(world), is: undefined, said: /assumed to exist unless they were refused/ },
  { name: 'a gate that was opened', objects: [gated('a', [{ type: 'ContainersReady', status: 'True', lastTransitionTime: at(0) }, { type: 'lb', status: 'True', lastTransitionTime: at(40) }])], world: (world) => world.readinessGates, is: [{ conditionType: 'lb', afterSeconds: 40 }], said: /Readiness gate lb is assumed to be opened 40 s after the containers are ready, the median of 1 pods/ },
  { name: 'a gate that nobody opens', objects: [gated('a', [{ type: 'ContainersReady', status: 'True' }])], world: (world) => world.readinessGates, is: [], said: /Nobody was seen to open readiness gate lb: new pods that have it are assumed never to become Ready/ },
  { name: 'memory that was measured', objects: [pod('a'), pod('b'), metrics('a', '204800Ki'), metrics('b', '307200Ki'), nodeMetrics], world: (world) => [imageIn(world)?.memory, world.kubelet.systemMemory], is: [String(300 * 2 ** 20), { n1: String(524 * 2 ** 20) }], said: /app:1 is assumed to take 300Mi of memory, the most that PodMetrics show[\s\S]*Memory use is known of 1 of 1 images/ },
  { name: 'a kubelet’s configuration', objects: [config(kubeletYaml)], world: (world) => [world.kubelet.restartBackoffMaxSeconds, world.kubelet.evictionMemory], is: [90, '500Mi'], said: /a restart back-off of at most 90 s and eviction below 500Mi of free memory, as the KubeletConfiguration/ },
  { name: 'the faster back-off behind its gate', objects: [config('kind: KubeletConfiguration\nfeatureGates:\n  ReduceDefaultCrashLoopBackOffDecay: true\n')], world: (world) => [world.kubelet.restartBackoffInitialSeconds, world.kubelet.restartBackoffMaxSeconds], is: [1, 60], said: /restart back-off of at most 60 s/ },
  { name: 'a hook of unknown duration', objects: [hooked], world: () => 0, is: 0, said: /Hooks of Deployment shop\/web run commands or requests of unknown duration, which are assumed to take no time/ },
]

describe('a world from what was seen', () => {
  test.each(ROWS)('$name', ({ objects, world, is, said }) => {
    const seen: ObservedWorld = inferWorld(lookAt(objects, [], NOW))
    expect(world(seen.world)).toEqual(is)
    expect(seen.assumptions.join('\n')).toMatch(said)
  })
})
