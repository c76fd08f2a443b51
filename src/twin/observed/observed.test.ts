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
const unready = (name: string, since: number): KubeObject =>
  pod(name, { container: { readinessProbe: { httpGet: { port: 80 } } }, containerStatus: { ready: false, restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1, startedAt: at(20), finishedAt: at(50) } } }, status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at(since) }] } })
const young = (name: string, secondsAgo: number): KubeObject =>
  pod(name, { container: { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 2 } }, containerStatus: { ready: false, started: true, state: { running: { startedAt: at(3_600 - secondsAgo) } } } })
const silentNode = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } } as KubeObject
const gated = (name: string, conditions: object[]): KubeObject => pod(name, { spec: { readinessGates: [{ conditionType: 'lb' }] }, status: { conditions } })
const metrics = (name: string, memory: string): KubeObject => ({ apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', metadata: { namespace: 'shop', name }, containers: [{ name: 'main', usage: { memory, cpu: '1m' } }] })
const nodeMetrics: KubeObject = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'NodeMetrics', metadata: { name: 'n1' }, usage: { memory: '1Gi' } }
const ended = (name: string, told: number, over: number, { grace = 30, exitCode = 0, container = {} }: { readonly grace?: number; readonly exitCode?: number; readonly container?: object } = {}): KubeObject => {
  const { metadata, ...rest } = pod(name, { container, containerStatus: { ready: false, state: { terminated: { exitCode, finishedAt: at(over) } } } })
  return { ...rest, metadata: { ...metadata, deletionTimestamp: at(told + grace), deletionGracePeriodSeconds: grace } } as unknown as KubeObject
}
const ending = (name: string, secondsAgo: number, grace: number): KubeObject => {
  const { metadata, ...rest } = pod(name, { containerStatus: { state: { running: { startedAt: at(0) } } } })
  return { ...rest, metadata: { ...metadata, deletionTimestamp: at(3_600 - secondsAgo + grace), deletionGracePeriodSeconds: grace } } as unknown as KubeObject
}
const stopped = (name: string, over: number): KubeObject => pod(name, { containerStatus: { restartCount: 1, state: { running: { startedAt: at(over + 1) } }, lastState: { terminated: { exitCode: 0, finishedAt: at(over) } } } })
const killing = (about: string, second: number): KubeObject => ({ ...event(about, 'Killing', 'Container main failed liveness probe, will be restarted'), firstTimestamp: at(0), lastTimestamp: at(second), count: 3 })
const task = (name: string, state: object, metadata: object = {}): KubeObject => {
  const { metadata: own, ...rest } = pod(name, { spec: { restartPolicy: 'Never' }, containerStatus: { ready: false, state } })
  return { ...rest, metadata: { ...own, ...metadata } } as KubeObject
}
const scaler = (status: object): KubeObject => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { namespace: 'shop', name: 'web' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 9, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '100m' } } }] }, status })
const evictedFor = (message: string, container: object = {}): KubeObject => pod('a', { container, status: { phase: 'Failed', reason: 'Evicted', message, startTime: at(0) }, containerStatus: { ready: false, state: { terminated: { exitCode: 137, startedAt: at(10), finishedAt: at(210) } } } })
const served: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } } } }
const serving = (name: string): KubeObject => {
  const { metadata, ...rest } = pod(name, { status: { conditions: [{ type: 'Ready', status: 'True' }] } })
  return { ...rest, metadata: { ...metadata, labels: { app: 'web' } } } as KubeObject
}
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
  { name: 'starts: the median, less half the probe’s period', objects: [ready('a', 0, 20), ready('b', 0, 32), ready('c', 0, 24)], world: (world) => imageIn(world)?.startSeconds, is: 23, said: /app:1 takes about 23 s to start, the median of 3 running pods/ },
  { name: 'a start after a restart counts, too', objects: [pod('a', { container: { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 2 } }, containerStatus: { restartCount: 3, state: { running: { startedAt: at(0) } } }, status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(12) }] } })], world: (world) => imageIn(world)?.startSeconds, is: 11, said: /about 11 s to start, the median of 1 running pod/ },
  { name: 'a start that the first question found over says nothing', objects: [ready('a', 0, 2)], world: (world) => imageIn(world)?.startSeconds, is: undefined, said: /^/ },
  { name: 'nor one that was over when the delay was', objects: [pod('a', { container: { readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 30 } }, containerStatus: { state: { running: { startedAt: at(0) } } }, status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(31) }] } })], world: (world) => imageIn(world)?.startSeconds, is: undefined, said: /^/ },
  { name: 'a process that ended before it was ever ready', objects: [unready('a', 0)], world: (world) => imageIn(world)?.startSeconds, is: 31, said: /main of Pod shop\/a was not ready in the 30 s that it ran/ },
  { name: 'one that was ready meanwhile', objects: [unready('a', 40)], world: (world) => imageIn(world)?.startSeconds, is: 1, said: /^/ },
  { name: 'one of which another pod became ready', objects: [unready('a', 0), ready('b', 0, 20)], world: (world) => imageIn(world)?.startSeconds, is: 19, said: /about 19 s to start/ },
  { name: 'one that starts for no longer than another took is not deaf', objects: [ready('a', 0, 60), young('b', 80)], world: (world) => imageIn(world)?.serves, is: undefined, said: /about 59 s to start/ },
  { name: 'one that takes much longer is', objects: [ready('a', 0, 60), young('b', 100)], world: (world) => imageIn(world)?.serves, is: [], said: /Probes of container main of Pod shop\/b fail on port 80/ },
  { name: 'nor is one whose node fell silent while it started', objects: [ready('a', 0, 60), young('b', 300), silentNode], world: (world) => imageIn(world)?.serves, is: undefined, said: /about 59 s to start/ },
  { name: 'pulls, and those nobody saw', objects: [pod('a'), event('a', 'Pulled', 'Successfully pulled image "app:1" in 1m2.5s (1m2.5s including waiting). Image size: 5 bytes.')], world: (world) => [imageIn(world)?.pullSeconds, world.unlistedPullSeconds], is: [62.5, 62.5], said: /Pulling image app:1 is assumed to take 62.5 s, the median of 1 seen[\s\S]*pulled in 62.5 s, the median of 1 images/ },
  { name: 'a refused image', objects: [refusedPod], world: (world) => imageIn(world, 'gone:1')?.exists, is: false, said: /gone:1 cannot be pulled, as seen on container main of Pod shop\/bad \(ImagePullBackOff\); it is assumed to stay so\./ },
  { name: 'a refused image that a node has', objects: [refusedPod, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n2' }, status: { images: [{ names: ['gone:1'] }] } }], world: (world) => imageIn(world, 'gone:1')?.exists, is: false, said: /stay so \(1 node has it and can go on using it\)/ },
  { name: 'a refusal of a pod that is gone', objects: [event('old', 'Failed', 'Failed to pull image "gone:2": rpc error: code = NotFound desc = gone:2: not found')], world: (world) => imageIn(world, 'gone:2')?.exists, is: false, said: /gone:2 cannot be pulled, as events say/ },
  { name: 'a refusal that somebody’s container disproves', objects: [pod('a', { containerStatus: {} }), event('old', 'Failed', 'Failed to pull image "app:1": not found')], world: (world) => imageIn(world), is: undefined, said: /assumed to exist unless they were refused/ },
  { name: 'a gate that was opened', objects: [gated('a', [{ type: 'ContainersReady', status: 'True', lastTransitionTime: at(0) }, { type: 'lb', status: 'True', lastTransitionTime: at(40) }])], world: (world) => world.readinessGates, is: [{ conditionType: 'lb', afterSeconds: 40 }], said: /Readiness gate lb is assumed to be opened 40 s after the containers are ready, the median of 1 pods/ },
  { name: 'a gate that nobody opens', objects: [gated('a', [{ type: 'ContainersReady', status: 'True' }])], world: (world) => world.readinessGates, is: [], said: /Nobody was seen to open readiness gate lb: new pods that have it are assumed never to become Ready/ },
  { name: 'memory that was measured', objects: [pod('a'), pod('b'), metrics('a', '204800Ki'), metrics('b', '307200Ki'), nodeMetrics], world: (world) => [imageIn(world)?.memory, world.kubelet.systemMemory], is: [String(300 * 2 ** 20), { n1: String(524 * 2 ** 20) }], said: /app:1 is assumed to take 300Mi of memory, the most that PodMetrics show[\s\S]*What runs beside the pods of 1 node is assumed to take the memory that NodeMetrics show beyond theirs \(at most 524Mi\)[\s\S]*Memory use is known of 1 of 1 images/ },
  { name: 'a kubelet’s configuration', objects: [config(kubeletYaml)], world: (world) => [world.kubelet.restartBackoffMaxSeconds, world.kubelet.evictionMemory], is: [90, '500Mi'], said: /a restart back-off of at most 90 s and eviction below 500Mi of free memory, as the KubeletConfiguration/ },
  { name: 'the faster back-off behind its gate', objects: [config('kind: KubeletConfiguration\nfeatureGates:\n  ReduceDefaultCrashLoopBackOffDecay: true\n')], world: (world) => [world.kubelet.restartBackoffInitialSeconds, world.kubelet.restartBackoffMaxSeconds], is: [1, 60], said: /restart back-off of at most 60 s/ },
  { name: 'tasks: the median of those that ended well', objects: [task('a', { terminated: { exitCode: 0, startedAt: at(0), finishedAt: at(90) } }), task('b', { terminated: { exitCode: 0, startedAt: at(0), finishedAt: at(110) } }), task('c', { running: { startedAt: at(0) } }), task('d', { terminated: { exitCode: 0, startedAt: at(0), finishedAt: at(300) } }, { deletionTimestamp: at(301), deletionGracePeriodSeconds: 30 })], world: (world) => imageIn(world)?.tasks, is: [{ container: 'main', seconds: 90 }], said: /main of image app:1 takes about 90 s to end by itself, the median of 2 ends seen/ },
  { name: 'a task that nobody saw end takes at least as long as it has', objects: [task('a', { running: { startedAt: at(0) } })], world: (world) => imageIn(world)?.tasks, is: [{ container: 'main', seconds: 3_600 }], said: /main of image app:1 has run for 3600 s and has not ended: another one is assumed to take as long/ },
  { name: 'an init container is a task, and what it prepares is none', objects: [pod('a', { spec: { initContainers: [{ name: 'fetch', image: 'app:1' }] }, containerStatus: { state: { running: { startedAt: at(40) } } }, status: { initContainerStatuses: [{ name: 'fetch', image: 'app:1', restartCount: 0, ready: true, state: { terminated: { exitCode: 0, startedAt: at(0), finishedAt: at(40) } } }] } })], world: (world) => imageIn(world)?.tasks, is: [{ container: 'fetch', seconds: 40 }], said: /fetch of image app:1 takes about 40 s/ },
  { name: 'ends: from the deletion to the last breath', objects: [ended('a', 100, 104), ended('b', 200, 212), ended('c', 300, 309)], world: (world) => imageIn(world)?.stopSeconds, is: 9, said: /app:1 takes about 9 s to end after SIGTERM, the median of 3 ends seen/ },
  { name: 'one that has been ending for long', objects: [ending('a', 20, 60), ending('b', 12, 60)], world: (world) => imageIn(world)?.stopSeconds, is: 20, said: /app:1 has not ended 20 s after SIGTERM: others are assumed to take as long/ },
  { name: 'one that has been ending, where an end was seen', objects: [ending('a', 20, 60), ended('b', 100, 104)], world: (world) => imageIn(world)?.stopSeconds, is: 4, said: /about 4 s to end/ },
  { name: 'one that should be gone tells of something else', objects: [ending('a', 90, 60)], world: (world) => imageIn(world), is: undefined, said: /end a second after SIGTERM/ },
  { name: 'nor does one that nobody hears of', objects: [ending('a', 20, 60), silentNode], world: (world) => imageIn(world), is: undefined, said: /end a second after SIGTERM/ },
  { name: 'an end less its hook’s sleep', objects: [ended('a', 100, 115, { container: { lifecycle: { preStop: { sleep: { seconds: 5 } } } } })], world: (world) => imageIn(world)?.stopSeconds, is: 10, said: /about 10 s to end after SIGTERM, the median of 1 end seen/ },
  { name: 'an end that a probe brought about', objects: [stopped('a', 57), killing('a', 50)], world: (world) => imageIn(world)?.stopSeconds, is: 7, said: /about 7 s to end/ },
  { name: 'who had to be killed', objects: [ended('a', 100, 130, { exitCode: 137 }), ended('b', 200, 231, { exitCode: 137 })], world: (world) => imageIn(world)?.stopSeconds, is: 3_600, said: /app:1 is assumed not to end after SIGTERM before it is killed at the end of its grace period, as in 2 of 2 ends seen/ },
  { name: 'a kill ahead of its time tells nothing', objects: [ended('a', 100, 103, { exitCode: 137 })], world: (world) => imageIn(world), is: undefined, said: /processes that nobody saw end to end a second after SIGTERM/ },
  { name: 'an end by itself is no stop', objects: [pod('a', { containerStatus: { restartCount: 1, ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1, finishedAt: at(9) } } } })], world: (world) => [imageIn(world)?.stopSeconds, imageIn(world)?.exits.length], is: [1, 1], said: /exits with 1 [\s\S]*nobody saw end/ },
  { name: 'an end with a code, because the pod had to go, is no failure', objects: [ended('a', 100, 104, { exitCode: 143 })], world: (world) => imageIn(world)?.exits, is: [], said: /about 4 s to end/ },
  { name: 'an end with a code, because the node ran short, is no failure', objects: [pod('a', { status: { phase: 'Failed', reason: 'Evicted' }, containerStatus: { ready: false, state: { terminated: { exitCode: 137, finishedAt: at(9) } } } })], world: (world) => imageIn(world), is: undefined, said: /nobody saw end/ },
  { name: 'what a container used when its node ran short of disk', objects: [evictedFor('The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 9Gi. Container main was using 5Gi, request is 0, has larger consumption of ephemeral-storage. ')], world: (world) => [imageIn(world)?.disk, imageIn(world)?.diskAfterSeconds], is: [String(5 * 2 ** 30), 200], said: /app:1 is assumed to write 5Gi to disk within 200 s of its start: it had when pod shop\/a was evicted/ },
  { name: 'a container past its own limit of disk', objects: [evictedFor('Container main exceeded its local ephemeral storage limit "1000Mi". ')], world: (world) => [imageIn(world)?.disk, Math.round(imageIn(world)?.diskAfterSeconds ?? 0)], is: [String(1100 * 2 ** 20), 220], said: /evicted past its limit of 1000Mi; how much more it would write is not known/ },
  { name: 'the only container of a pod past its limit', objects: [evictedFor('Pod ephemeral local storage usage exceeds the total limit of containers 1000Mi. ')], world: (world) => imageIn(world)?.disk, is: String(1100 * 2 ** 20), said: /to disk within 220 s/ },
  { name: 'a volume past its size', objects: [evictedFor('Usage of EmptyDir volume "cache" exceeds the limit "1000Mi". ', { volumeMounts: [{ name: 'cache', mountPath: '/cache' }] })], world: (world) => [imageIn(world)?.disk, imageIn(world)?.emptyDirs], is: [undefined, { cache: String(1100 * 2 ** 20) }], said: /write 1100Mi into volume cache within/ },
  { name: 'a volume past its size into which nobody is seen to write', objects: [evictedFor('Usage of EmptyDir volume "cache" exceeds the limit "1000Mi". ')], world: (world) => imageIn(world)?.emptyDirs, is: undefined, said: /nobody saw end/ },
  { name: 'a node short of disk', objects: [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status: { conditions: [{ type: 'DiskPressure', status: 'True' }] } }], world: () => 0, is: 0, said: /Node n1 reports DiskPressure: it is assumed to stay, and nobody else to be evicted for it/ },
  { name: 'what kubelets hold of their memory, as a share and in JSON', objects: [config('{\n"kind":"KubeletConfiguration","evictionHard":{"memory.available":"5%"},"evictionSoft":{"memory.available":"10%"}}')], world: (world) => world.kubelet.evictionMemory, is: '5%', said: /has soft thresholds of eviction \(evictionSoft\), which are not played[\s\S]*eviction below 5% of free memory/ },
  { name: 'soft thresholds are no hard ones', objects: [config('kind: KubeletConfiguration\nevictionSoft:\n  nodefs.available: 20%\nevictionHard:\n  memory.available: 1Gi\nserializeImagePulls: false\n')], world: (world) => [world.kubelet.evictionNodefs, world.kubelet.evictionMemory], is: ['10%', '1Gi'], said: /soft thresholds of eviction/ },
  { name: 'what kubelets hold of their disks', objects: [config('kind: KubeletConfiguration\nevictionHard:\n  nodefs.available: "5%"\n  pid.available: "1000"\n')], world: (world) => [world.kubelet.evictionNodefs, world.kubelet.evictionImagefs, world.kubelet.evictionPids], is: ['5%', '15%', '1000'], said: /eviction below 5%, 1000 of free disk, free process numbers, as the KubeletConfiguration/ },
  { name: 'load that an autoscaler has read', objects: [scaler({ currentReplicas: 1, currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageValue: '80m' } } }] }), served, serving('a'), metrics('a', '1Mi')], world: (world) => world.loads[0]?.metrics[0]?.amount, is: '80m', said: /stay as its autoscaler read it: cpu 80m in all/ },
  ...([
    ['before it doubled the pods', { currentReplicas: 1, desiredReplicas: 2 }, 2, '80m'],
    ['before it took most away', { currentReplicas: 4, desiredReplicas: 1 }, 1, '320m'],
    ['while one was not ready', { currentReplicas: 4, desiredReplicas: 4 }, 3, '240m'],
  ] as const).map(([when, status, readyNow, amount]): Row => ({
    name: `load that an autoscaler has read ${when}`,
    objects: [scaler({ ...status, currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageValue: '80m' } } }] }), served, ...['a', 'b', 'c'].slice(0, readyNow).map(serving)],
    world: (world) => world.loads[0]?.metrics[0]?.amount,
    is: amount,
    said: new RegExp(`cpu ${amount} in all`),
  })),
  { name: 'load that only PodMetrics show', objects: [scaler({ currentReplicas: 2 }), served, serving('a'), serving('b'), serving('c'), metrics('a', '1Mi'), metrics('b', '1Mi')], world: (world) => world.loads[0]?.metrics[0]?.amount, is: '3m', said: /load of Deployment shop\/web is assumed to stay as PodMetrics show it, since its autoscaler has read none: cpu 3m in all/ },
  { name: 'load that nobody measured', objects: [scaler({ currentReplicas: 2 }), served, serving('a')], world: (world) => world.loads, is: [], said: /Nobody measured/ },
  { name: 'a hook of unknown duration', objects: [hooked], world: () => 0, is: 0, said: /Hooks of Deployment shop\/web run commands or requests of unknown duration, which are assumed to take no time/ },
]

describe('a world from what was seen', () => {
  test.each(ROWS)('$name', ({ objects, world, is, said }) => {
    const seen: ObservedWorld = inferWorld(lookAt(objects, [], NOW))
    expect(world(seen.world)).toEqual(is)
    expect(seen.assumptions.join('\n')).toMatch(said)
  })
})
