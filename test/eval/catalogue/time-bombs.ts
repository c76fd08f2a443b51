/** What was right when it was made. */

import { toKubeTime } from '../../../src/kernel/clock.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { podAlert } from '../alerts.ts'
import type { Incident } from '../incident.ts'
import { withObjects } from '../lens.ts'
import { cause, newlyDeployed } from '../parts.ts'

export const timeBombs: readonly Incident[] = [
  {
    id: 'image-catalogue-went-away', family: 'time-bombs', title: 'A pod moved, and its image is no longer in the public catalogue', variants: 2,
    play(stage) {
      const app = stage.app({ image: stage.cast.pick('docker.io/bitnami/postgresql:14.5.0', 'docker.io/bitnami/kubectl:1.25.3'), replicas: 1 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.images({ image: app.image, exists: false })
      const node = stage.podsOf(app)[0]?.spec?.nodeName ?? ''
      stage.twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: node }, { type: 'merge', body: { spec: { unschedulable: true } } })
      stage.restart(app)
      stage.pass(10)
      return { ...stage.ring(app, ['pod', 'workload']), causes: [cause(['retired-registry', 'bad-image'], app.subject)], end: 'ask' }
    },
  },
  {
    id: 'certificate-ended', family: 'time-bombs', title: 'The certificate of a called service has ended', variants: 2,
    play(stage) {
      const target = stage.app({ replicas: 1, port: 8443 })
      const app = stage.app({ replicas: 2, container: { env: [{ name: 'LEDGER_URL', value: `https://${target.name}.${target.namespace}.svc:${target.servicePort}` }] } })
      stage.deploy(target)
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 5, log: `Get "https://${target.name}.${target.namespace}.svc:${target.servicePort}/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-02T09:00:00Z is after 2026-03-01T23:59:59Z` }] })
      newlyDeployed(stage, app)
      const secret = `${target.name}-tls`
      const certificate = (nowMs: number): KubeObject => ({ apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: secret, namespace: target.namespace }, spec: { secretName: secret, dnsNames: [`${target.name}.${target.namespace}.svc`], issuerRef: { name: 'internal-ca' } }, status: { notAfter: '2026-03-01T23:59:59Z', conditions: [{ type: 'Ready', status: 'False', reason: 'Expired', message: 'Certificate expired on Sun, 01 Mar 2026 23:59:59 UTC', lastTransitionTime: toKubeTime(nowMs - 8 * 3_600_000) }] } })
      return { ...stage.ring(app, ['pod', 'workload']), causes: [cause(['certificate-expired', 'dependency-unreachable', 'container-exits'], app.subject, target.subject, { kind: 'Certificate', namespace: target.namespace, name: secret })], end: 'ask', lens: withObjects((snapshot) => [certificate(snapshot.takenAtMs)]) }
    },
  },
  {
    id: 'removed-api-version', family: 'time-bombs', title: 'A controller asks for an API version that the cluster no longer serves', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 1 })
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 2, log: 'E0302 09:00:01.2 main.go:88] unable to start manager: no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"' }] })
      newlyDeployed(stage, app)
      const [pod] = stage.podsOf(app)
      return { alerts: [podAlert(pod as KubeObject)], causes: [cause(['removed-api', 'container-exits'], app.subject)], end: 'ask' }
    },
  },
]
