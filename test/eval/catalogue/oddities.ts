/** What people meet once a year: refusals of the kubelet and of the API server in words that nobody remembers. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { toKubeTime } from '../../../src/kernel/clock.ts'
import { isPod } from '../../../src/model/kube/workload.ts'
import { available, withContainer, withPod, type App } from '../apps.ts'
import { objectAlert } from '../alerts.ts'
import type { Incident } from '../incident.ts'
import { eventAbout, lenses, mapObjects, reworded, stuckAs, withObjects, type StuckAs } from '../lens.ts'
import { cause, nextImage, rollOut } from '../parts.ts'
import type { Stage } from '../stage.ts'

const ILL = ['pod', 'workload', 'nobody'] as const

interface Refused {
  readonly id: string
  readonly title: string
  readonly hazards: readonly string[]
  readonly as: StuckAs
  readonly change?: Parameters<typeof withPod>[1]
  readonly container?: Parameters<typeof withPod>[2]
}

const say = (reason: string, message: string, event = 'Failed'): StuckAs => ({ waiting: { reason, message }, event: { reason: event, message: `Error: ${message}` } })

/** The kubelet or the runtime refuses the container of a new revision; the revision before it runs. */
const REFUSED: readonly Refused[] = [
  { id: 'image-never-pulled', title: 'A rollout says never to pull an image that no node has', hazards: ['bad-image'], as: say('ErrImageNeverPull', 'Container image "x" is not present with pull policy of Never', 'ErrImageNeverPull'), container: { imagePullPolicy: 'Never' } },
  { id: 'image-name-invalid', title: 'A rollout brings an image name with a typing error that is no name', hazards: ['bad-image'], as: { waiting: { reason: 'InvalidImageName', message: 'Failed to apply default image tag "reg//shop:1": couldn\'t parse image name' }, event: { reason: 'InspectFailed', message: 'Failed to apply default image tag "reg//shop:1": couldn\'t parse image name "reg//shop:1": invalid reference format' } } },
  { id: 'seccomp-profile-missing', title: 'A rollout names a seccomp profile that is not on the node', hazards: ['stuck-creating', 'container-exits', 'bad-command', 'container-lacks-permission'], as: say('CreateContainerError', 'failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/app.json": open /var/lib/kubelet/seccomp/profiles/app.json: no such file or directory') },
  { id: 'directory-over-a-file', title: 'A rollout mounts a directory where the image has a file', hazards: ['stuck-creating', 'container-exits', 'bad-command', 'file-not-mounted'], as: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 1m20s restarting failed container=main' }, lastState: { reason: 'StartError', exitCode: 128, message: 'failed to create containerd task: OCI runtime create failed: runc create failed: unable to start container process: error mounting "/var/lib/kubelet/pods/x/volumes/conf" to rootfs at "/etc/app/app.conf": not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?' }, restartCount: 5, event: { reason: 'Failed', message: 'Error: failed to create containerd task: not a directory: Are you trying to mount a directory onto a file (or vice-versa)?' } } },
  { id: 'hook-after-start-fails', title: 'A rollout added a hook that fails after the start', hazards: ['container-exits', 'bad-command'], as: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container=main' }, lastState: { reason: 'Completed', exitCode: 0 }, restartCount: 4, event: { reason: 'FailedPostStartHook', message: 'PostStartHook failed' } } },
]

function podsOf(app: App, object: KubeObject): boolean {
  return isPod(object) && object.metadata.namespace === app.namespace && Object.entries(app.labels).every(([key, value]) => object.metadata.labels?.[key] === value)
}

/** Pods of the app as their node refused them. */
function refusedByNode(app: App, reason: string, message: string) {
  return lenses(
    mapObjects((object, snapshot) => (podsOf(app, object) ? { ...object, status: { phase: 'Failed', reason, message, startTime: toKubeTime(snapshot.takenAtMs - 5 * 60_000) } } as unknown as KubeObject : object)),
    withObjects((snapshot) => snapshot.objects.filter((object) => podsOf(app, object)).map((object) => eventAbout(object, { type: 'Warning', reason, message, atMs: snapshot.takenAtMs - 40_000 }))),
  )
}

function refusedCreation(stage: Stage, app: App, words: string) {
  stage.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'stand-in', namespace: app.namespace }, spec: { hard: { pods: '0' } } })
  stage.restart(app)
  stage.pass(9)
  return lenses((snapshot) => ({ ...snapshot, objects: snapshot.objects.filter((object) => object.metadata.name !== 'stand-in') }), reworded(/pods \\?"[^"\\]*\\?" is forbidden: exceeded quota: stand-in, requested: pods=1, used: pods=\d+, limited: pods=0/, words))
}

export const oddities: readonly Incident[] = [
  ...REFUSED.map((refused): Incident => ({
    id: refused.id, family: 'start-up', title: refused.title, variants: 2,
    play(stage) {
      const app = stage.app()
      const image = nextImage(app)
      stage.images({ image, exists: false })
      rollOut(stage, app, withPod(app, refused.change ?? {}, { image, ...refused.container }))
      return { ...stage.ring(app, ILL), causes: [cause(refused.hazards, app.subject)], end: 'heal', healed: available(app), lens: stuckAs(image, refused.as) }
    },
  })),
  {
    id: 'quota-wants-limits', family: 'placement', title: 'A quota on limits was added, and the pods of a workload state none', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2, container: { resources: {} } })
      const name = stage.cast.name()
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace: app.namespace }, spec: { hard: { 'limits.cpu': '20', 'limits.memory': '40Gi' } } })
      stage.restart(app)
      stage.pass(9)
      return { ...stage.ring(app, ['workload', 'nobody']), causes: [cause('quota-exceeded', { kind: 'ResourceQuota', namespace: app.namespace, name }, app.subject)], end: 'ask' }
    },
  },
  {
    id: 'port-of-the-host-taken', family: 'placement', title: 'A rollout takes a port of the host, and there are more pods than nodes', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 6 })
      rollOut(stage, app, withContainer(app, { ports: [{ containerPort: app.port, hostPort: 9443 }] }))
      return { ...stage.ring(app, ['workload', 'nobody']), causes: [cause('unschedulable', app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'gate-of-readiness-never-set', family: 'traffic', title: 'The pods wait for a readiness gate that nobody sets', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      rollOut(stage, app, withPod(app, { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/tg-1' }] }))
      const gated = mapObjects((object) => {
        if (!podsOf(app, object) || !JSON.stringify(object['spec']).includes('readinessGates')) return object
        const status = object['status'] as { conditions?: readonly { type: string }[] }
        return { ...object, status: { ...status, conditions: [...(status.conditions ?? []).filter(({ type }) => type !== 'Ready'), { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: 'corresponding condition of pod readiness gate "target-health.elbv2.k8s.aws/tg-1" does not exist.', lastTransitionTime: (object.metadata.creationTimestamp ?? '') }] } } as unknown as KubeObject
      })
      return { ...stage.ring(app, ['workload', 'pod']), causes: [cause(['readiness-gate-unset', 'rollout-stuck', 'application-unhealthy'], app.subject)], end: 'heal', healed: available(app), lens: gated }
    },
  },
  {
    id: 'sysctl-not-allowed', family: 'start-up', title: 'The pods ask for a kernel setting that their nodes do not allow', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      rollOut(stage, app, withPod(app, { securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '4096' }] } }))
      return { ...stage.ring(app, ['workload', 'nobody']), causes: [cause(['pods-evicted', 'admission-denied', 'container-lacks-permission', 'stuck-creating'], app.subject)], end: 'ask', mayBeInconclusive: true, lens: refusedByNode(app, 'SysctlForbidden', 'forbidden sysctl: "net.core.somaxconn" not allowlisted') }
    },
  },
  {
    id: 'scratch-space-used-up', family: 'nodes', title: 'Pods are evicted again and again, because they write more than their limit of scratch space', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2, container: { resources: { requests: { cpu: '50m' }, limits: { 'ephemeral-storage': '100Mi', memory: '256Mi' } } } })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      return { alerts: [objectAlert(app.workload)], causes: [cause('pods-evicted', app.subject)], end: 'ask', lens: refusedByNode(app, 'Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 100Mi. ') }
    },
  },
  {
    id: 'runtime-class-missing', family: 'placement', title: 'The pods name a runtime class that does not exist', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2, pod: { runtimeClassName: 'gvisor' } })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      return { ...stage.ring(app, ['workload', 'nobody']), causes: [cause(['admission-denied', 'unschedulable', 'missing-config', 'stuck-creating'], app.subject)], end: 'ask', lens: refusedCreation(stage, app, 'pods "x" is forbidden: pod rejected: RuntimeClass "gvisor" not found') }
    },
  },
  {
    id: 'pull-secret-missing', family: 'start-up', title: 'A rollout names a pull secret that does not exist', variants: 2,
    play(stage) {
      const app = stage.app()
      const image = nextImage(app)
      stage.images({ image, exists: false })
      rollOut(stage, app, withPod(app, { imagePullSecrets: [{ name: 'regcred-new' }] }, { image }))
      const answer = `failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.example/token: 401 Unauthorized`
      const told = withObjects((snapshot) => snapshot.objects.filter((object) => podsOf(app, object) && JSON.stringify(object['spec']).includes('regcred-new')).map((object) => eventAbout(object, { type: 'Warning', reason: 'FailedToRetrieveImagePullSecret', message: 'Unable to retrieve some image pull secrets (regcred-new); attempting to pull the image may not succeed.', atMs: snapshot.takenAtMs - 15_000 })))
      return { ...stage.ring(app, ILL), causes: [cause(['bad-image', 'missing-config'], app.subject)], end: 'heal', healed: available(app), lens: lenses(reworded(/[^"]*: not found/, answer), told) }
    },
  },
]
