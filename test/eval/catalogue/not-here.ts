/** Nothing is wrong, it is over, it is on its way, or it is not in the cluster: nothing may be done. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { withContainer } from '../apps.ts'
import { namespaceAlert, objectAlert, podAlert, podNotReadyAlert, serviceAlert } from '../alerts.ts'
import type { Incident } from '../incident.ts'
import { cause } from '../parts.ts'

export const notHere: readonly Incident[] = [
  {
    id: 'false-alarm', family: 'not-here', title: 'The alert rings and all is well', variants: 6, sparse: ['no-events', 'no-logs', 'no-status', 'manifests'],
    play(stage) {
      const app = stage.app()
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      return { ...stage.ring(app, ['pod', 'workload', 'service', 'namespace']), causes: [], end: 'leave' }
    },
  },
  {
    id: 'nobody-called', family: 'not-here', title: 'A healthy cluster, and nobody asked about anything', variants: 3, sparse: ['manifests'],
    play(stage) {
      stage.deploy(stage.app(), stage.app({ kind: 'StatefulSet' }), stage.app({ kind: 'DaemonSet' }))
      stage.pass(stage.cast.stoodMinutes)
      // Old noise is somebody's; without any there is nothing at all.
      return { causes: [], end: 'leave', lens: (snapshot) => ({ ...snapshot, objects: snapshot.objects.filter((object) => object.metadata.namespace !== stage.noise.namespace) }) }
    },
  },
  {
    id: 'mended-already', family: 'not-here', title: 'It crashed after a rollout, somebody rolled back, and the alert is still open', variants: 3,
    play(stage) {
      const app = stage.app()
      const image = `${app.image}-bad`
      stage.images({ image, exits: [{ code: 1, afterSeconds: 2, log: 'panic: boom' }] })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withContainer(app, { image }))
      stage.pass(8)
      stage.apply(app.workload)
      stage.pass(7)
      return { alerts: [{ ...stage.cast.pick(objectAlert(app.workload), serviceAlert(app.service)), minutesAgo: 12 }], causes: [], end: 'leave' }
    },
  },
  {
    id: 'resolved-alert', family: 'not-here', title: 'The alert says itself that it is over', variants: 2,
    play(stage) {
      const app = stage.app()
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      return { alerts: [{ ...objectAlert(app.workload), resolved: true, minutesAgo: 30 }], causes: [], end: 'leave' }
    },
  },
  {
    id: 'restarted-once', family: 'not-here', title: 'A container ended once, hours ago, and has run since', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.images({ image: app.image, exits: [{ code: 137, afterSeconds: 600, log: 'shutting down' }] })
      stage.deploy(app)
      stage.pass(12)
      stage.images({ image: app.image })
      stage.pass(300)
      const [pod] = stage.podsOf(app)
      return { alerts: [podAlert(pod as KubeObject)], causes: [], end: 'leave' }
    },
  },
  {
    id: 'rollout-under-way', family: 'not-here', title: 'An ordinary rollout is under way', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 3 })
      const image = `${app.image}-next`
      stage.images({ image, startSeconds: 20, pullSeconds: 15 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withContainer(app, { image }))
      stage.pass(0.8)
      return { alerts: [stage.cast.pick(objectAlert(app.workload), serviceAlert(app.service))], causes: [], end: 'leave' }
    },
  },
  {
    id: 'provider-outside-fails', family: 'not-here', title: 'A provider outside the cluster does not answer', variants: 4, sparse: ['no-events'],
    play(stage) {
      const url = stage.cast.pick('https://api.payments-provider.com/v2', 'https://sms.carrier.net/send', 'https://maps.vendor.io')
      const host = new URL(url).host
      const app = stage.app({ replicas: 2, container: { env: [{ name: 'PROVIDER_URL', value: url }] } })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      const log = stage.cast.pick(`Post "${url}": dial tcp 198.51.100.7:443: i/o timeout`, `upstream ${host} answered 503 Service Unavailable`, `Error: connect ETIMEDOUT 198.51.100.7:443 (${host})`)
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 25, log }] })
      stage.restart(app)
      stage.pass(11)
      return { ...stage.ring(app), causes: [cause(['dependency-unreachable', 'container-exits', 'application-unhealthy'], app.subject)], mayBeInconclusive: true, end: 'leave' }
    },
  },
  {
    id: 'application-is-unwell', family: 'not-here', title: 'The program answers 503 to its readiness probe; nothing changed', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.images({ image: app.image, serves: [{ port: app.port, paths: ['/healthz'] }] })
      stage.deploy(app)
      stage.pass(240)
      stage.images({ image: app.image, serves: [{ port: app.port, paths: ['/'] }], log: 'ERROR queue is stuck: 40211 messages wait' })
      stage.pass(12)
      return { ...stage.ring(app), causes: [cause(['application-unhealthy', 'bad-probe'], app.subject)], mayBeInconclusive: true, end: 'leave' }
    },
  },
  {
    id: 'application-crashes', family: 'not-here', title: 'The program panics on some data; nothing changed for hours', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.deploy(app)
      stage.pass(400)
      stage.images({ image: app.image, exits: [{ code: 2, afterSeconds: 40, log: 'panic: runtime error: index out of range [3] with length 3\n\ngoroutine 18 [running]:\nmain.parse(...)' }] })
      stage.restart(app)
      stage.pass(14)
      return { ...stage.ring(app), causes: [cause('container-exits', app.subject)], mayBeInconclusive: true, end: 'leave' }
    },
  },
  {
    id: 'job-made-good', family: 'not-here', title: 'A Job failed twice and then completed', variants: 2,
    play(stage) {
      const name = stage.cast.name()
      const image = stage.cast.image(name)
      const job: KubeObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: stage.cast.namespace }, spec: { backoffLimit: 6, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } } }
      stage.images({ image, exits: [{ code: 1, afterSeconds: 5, log: 'lock is held by another run' }] })
      stage.apply(job)
      stage.pass(0.7)
      stage.images({ image })
      stage.pass(9)
      return { alerts: [objectAlert(job)], causes: [], end: 'leave' }
    },
  },
  {
    id: 'trouble-elsewhere', family: 'not-here', title: 'The alert is about an app that is well; another namespace burns', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const other = stage.app({ namespace: `${stage.cast.namespace}-other`, replicas: 2 })
      stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: other.namespace } })
      stage.images({ image: other.image, exists: false })
      stage.deploy(app, other)
      stage.pass(stage.cast.stoodMinutes)
      return { alerts: [stage.cast.pick(objectAlert(app.workload), serviceAlert(app.service), namespaceAlert(app.namespace))], causes: [], end: 'leave' }
    },
  },
  {
    id: 'scaled-down-on-purpose', family: 'not-here', title: 'A workload stands at zero on purpose, and nobody calls it; the alert is about another', variants: 2,
    play(stage) {
      const idle = stage.app({ replicas: 0 })
      const app = stage.app({ replicas: 2 })
      stage.deploy(idle, app)
      stage.pass(stage.cast.stoodMinutes)
      return { ...stage.ring(app, ['workload', 'service', 'namespace']), causes: [], end: 'leave' }
    },
  },
  {
    id: 'finished-pods-lie-around', family: 'not-here', title: 'Pods that were evicted days ago lie around; their replacements are well', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      const [pod] = stage.podsOf(app)
      return {
        alerts: [stage.cast.pick(podNotReadyAlert(pod as KubeObject), objectAlert(app.workload))], causes: [], end: 'leave',
        lens: (snapshot) => ({ ...snapshot, objects: [...snapshot.objects, { ...(pod as KubeObject), metadata: { ...(pod as KubeObject).metadata, name: `${pod?.metadata.name ?? ''}x`, uid: 'b1946ac9-2f6e-4b0c-8a27-000000000001', creationTimestamp: '2026-02-20T03:00:00Z' }, status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.', startTime: '2026-02-20T03:00:00Z' } } as unknown as KubeObject] }),
      }
    },
  },
]
