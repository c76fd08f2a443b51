/** What was right when it was made. */

import { toKubeTime } from '../../../src/kernel/clock.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { App, AppOptions } from '../apps.ts'
import { nodeAlert, objectAlert, podAlert } from '../alerts.ts'
import type { Incident, Played } from '../incident.ts'
import { lenses, mapObjects, pullAnswer, reworded, withObjects } from '../lens.ts'
import { cause, newlyDeployed } from '../parts.ts'
import type { Stage } from '../stage.ts'

/** A process that has stood for long ends with these words whenever it starts now; nothing of it was changed. */
function turnsOnItself(stage: Stage, options: { readonly log: string; readonly app?: AppOptions; readonly code?: number }): App {
  const app = stage.app({ replicas: 2, ...options.app })
  stage.deploy(app)
  stage.pass(stage.cast.stoodMinutes * 4)
  stage.images({ image: app.image, exits: [{ code: options.code ?? 1, afterSeconds: 4, log: options.log }] })
  stage.restart(app)
  stage.pass(14)
  return app
}

interface Bomb {
  readonly id: string
  readonly title: string
  readonly logs: readonly string[]
  readonly hazards: readonly string[]
  readonly app?: AppOptions
}

/** What programs say when the time of something is up. The cause is told, and nothing is changed. */
const SAID: readonly Bomb[] = [
  { id: 'certificate-of-a-peer-ended', title: 'A peer outside the cluster has a certificate that ended', hazards: ['certificate-expired', 'dependency-unreachable'], logs: ['javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed: NotAfter: Sun Mar 01 23:59:59 UTC 2026', 'requests.exceptions.SSLError: HTTPSConnectionPool(host=\'partner.example.com\', port=443): certificate verify failed: certificate has expired (_ssl.c:1007)', 'Error: certificate has expired\n    at TLSSocket.onConnectSecure (node:_tls_wrap:1674:34) { code: \'CERT_HAS_EXPIRED\' }'] },
  { id: 'own-certificate-ended', title: 'The certificate that a server presents has ended, and it refuses to start', hazards: ['certificate-expired'], logs: ['FATAL: could not load server certificate file "/tls/tls.crt": certificate has expired', 'level=fatal msg="tls: certificate /etc/tls/tls.crt expired on 2026-03-01T00:00:00Z"'] },
  { id: 'authority-was-replaced', title: 'The authority that signs was replaced, and a client trusts the old one', hazards: ['certificate-expired', 'dependency-unreachable', 'container-exits'], logs: ['Get "https://vault.security.svc:8200/v1/sys/health": tls: failed to verify certificate: x509: certificate signed by unknown authority', 'SSL certificate problem: unable to get local issuer certificate'] },
  { id: 'cloud-token-ended', title: 'A token of the cloud that was handed to a process has ended', hazards: ['credentials-refused', 'token-rejected'], logs: ['An error occurred (ExpiredTokenException) when calling the GetObject operation: The security token included in the request is expired', 'google.auth.exceptions.RefreshError: (\'invalid_grant: Token has been expired or revoked.\')', 'azure.identity: ClientAuthenticationError: AADSTS7000222: The provided client secret keys for app are expired.'] },
  { id: 'token-of-the-api-ended', title: 'A process that never reads its token again is refused by the API', hazards: ['token-rejected'], logs: ['E0302 12:00:03.1 reflector.go:147] failed to list *v1.Pod: Unauthorized', 'kubernetes.client.exceptions.ApiException: (401)\nReason: Unauthorized'] },
  { id: 'removed-autoscaling-version', title: 'A controller uses autoscaling/v2beta2, which is gone', hazards: ['removed-api'], logs: ['unable to start manager: no matches for kind "HorizontalPodAutoscaler" in version "autoscaling/v2beta2"'] },
  { id: 'removed-cronjob-version', title: 'A tool lists batch/v1beta1 CronJobs, which are gone', hazards: ['removed-api'], logs: ['E0302 11:58:20.7 reflector.go:138] Failed to watch *v1beta1.CronJob: failed to list *v1beta1.CronJob: the server could not find the requested resource'] },
  { id: 'removed-ingress-version', title: 'A deployer applies Ingresses of extensions/v1beta1', hazards: ['removed-api'], logs: ['Error: UPGRADE FAILED: unable to build kubernetes objects from current release manifest: resource mapping not found for name: "web" namespace: "shop" from "": no matches for kind "Ingress" in version "extensions/v1beta1"', 'error: unable to recognize "ing.yaml": no matches for kind "Ingress" in version "networking.k8s.io/v1beta1"'] },
  { id: 'removed-flow-schema-version', title: 'An agent reads FlowSchemas of a version that is gone', hazards: ['removed-api'], logs: ['Failed to watch *v1beta3.FlowSchema: failed to list *v1beta3.FlowSchema: the server could not find the requested resource (get flowschemas.flowcontrol.apiserver.k8s.io)'] },
  { id: 'removed-security-policy', title: 'An old operator wants PodSecurityPolicies', hazards: ['removed-api'], logs: ['no matches for kind "PodSecurityPolicy" in version "policy/v1beta1"'] },
  { id: 'licence-ended', title: 'The licence of a product has ended', hazards: ['container-exits', 'application-errors'], logs: ['FATAL: license expired on 2026-03-01, refusing to start', 'ERROR: Your trial license has expired. Contact sales.'] },
]

/** Images that a registry no longer gives out. */
const GONE: readonly { readonly id: string; readonly title: string; readonly image: string }[] = [
  { id: 'old-project-registry-frozen', title: 'An image of the registry that the project left', image: 'k8s.gcr.io/metrics-server/metrics-server:v0.5.0' },
  { id: 'google-registry-closed', title: 'An image of the registry that Google closed', image: 'gcr.io/kubebuilder/kube-rbac-proxy:v0.5.0' },
  { id: 'vendor-catalogue-moved', title: 'An image of a catalogue that its vendor moved', image: 'docker.io/bitnami/redis:6.2.7' },
  { id: 'packages-registry-closed', title: 'An image of a registry of packages that was closed', image: 'docker.pkg.github.com/acme/tools/cli:1.0' },
]

export const timeBombs: readonly Incident[] = [
  ...SAID.map((bomb): Incident => ({
    id: bomb.id, family: 'time-bombs', title: bomb.title, variants: Math.max(2, bomb.logs.length),
    play(stage) {
      const app = turnsOnItself(stage, { log: stage.cast.pick(...bomb.logs), ...(bomb.app === undefined ? {} : { app: bomb.app }) })
      return { ...stage.ring(app, ['pod', 'workload', 'service', 'nobody']), causes: [cause(bomb.hazards, app.subject)], end: 'ask' }
    },
  })),
  ...GONE.map((gone): Incident => ({
    id: gone.id, family: 'time-bombs', title: gone.title, variants: 2,
    play(stage) {
      const app = stage.app({ image: gone.image, replicas: 1 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.images({ image: app.image, exists: false })
      const node = stage.podsOf(app)[0]?.spec?.nodeName ?? ''
      stage.twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: node }, { type: 'merge', body: { spec: { unschedulable: true } } })
      stage.restart(app)
      stage.pass(10)
      return { ...stage.ring(app, ['pod', 'workload', 'nobody']), causes: [cause(['retired-registry', 'bad-image'], app.subject)], end: 'ask' }
    },
  })),
  {
    id: 'pull-token-ended', family: 'time-bombs', title: 'The token with which nodes pull lasts twelve hours, and nobody renews it', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 1 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.images({ image: app.image, exists: false })
      const node = stage.podsOf(app)[0]?.spec?.nodeName ?? ''
      stage.twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: node }, { type: 'merge', body: { spec: { unschedulable: true } } })
      stage.restart(app)
      stage.pass(10)
      return { ...stage.ring(app, ['pod', 'workload']), causes: [cause('bad-image', app.subject)], end: 'ask', lens: pullAnswer(app.image, stage.cast.pick('unexpected status from HEAD request: 403 Forbidden: Your authorization token has expired. Reauthenticate and try again.', 'no basic auth credentials')) }
    },
  },
  {
    id: 'certificate-not-renewed', family: 'time-bombs', title: 'The certificate of an Ingress has ended, because it could not be renewed', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const secret = `${app.name}-tls`
      stage.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret, namespace: app.namespace }, type: 'kubernetes.io/tls', data: { 'tls.crt': 'LS0t', 'tls.key': 'LS0t' } })
      stage.deploy(app)
      const ingress: KubeObject = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: app.name, namespace: app.namespace }, spec: { ingressClassName: 'nginx', tls: [{ hosts: ['shop.example.com'], secretName: secret }], rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: app.name, port: { number: app.servicePort } } } }] } }] } }
      stage.apply({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } }, ingress)
      stage.pass(stage.cast.stoodMinutes)
      const certificate = (nowMs: number): KubeObject => ({ apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: secret, namespace: app.namespace, creationTimestamp: '2025-12-01T00:00:00Z' }, spec: { secretName: secret, dnsNames: ['shop.example.com'], issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' } }, status: { notAfter: toKubeTime(nowMs - 3_600_000), conditions: [{ type: 'Ready', status: 'False', reason: 'Expired', message: 'Certificate expired', lastTransitionTime: toKubeTime(nowMs - 3_600_000) }, { type: 'Issuing', status: 'False', reason: 'Failed', message: 'The certificate request has failed to complete: order is in "invalid" state: DNS problem: NXDOMAIN looking up TXT for _acme-challenge.shop.example.com', lastTransitionTime: toKubeTime(nowMs - 7_200_000) }] } })
      return { ...stage.cast.pick<Pick<Played, 'alerts'>>({ alerts: [objectAlert(ingress)] }, {}), causes: [cause(['certificate-expired', 'custom-resource-not-ready'], { kind: 'Certificate', namespace: app.namespace, name: secret })], end: 'ask', lens: withObjects((snapshot) => [certificate(snapshot.takenAtMs)]) }
    },
  },
  {
    id: 'webhook-certificate-ended', family: 'time-bombs', title: 'The certificate of an admission webhook has ended: no pod can be made', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const guard = stage.app({ replicas: 1 })
      const name = stage.cast.name()
      stage.deploy(app, guard)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'stand-in', namespace: app.namespace }, spec: { hard: { pods: '0' } } })
      stage.restart(app)
      stage.pass(9)
      const configuration: KubeObject = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name, creationTimestamp: '2025-02-01T00:00:00Z' }, webhooks: [{ name: `mutate.${name}.example.com`, failurePolicy: 'Fail', sideEffects: 'None', admissionReviewVersions: ['v1'], clientConfig: { service: { name: guard.name, namespace: guard.namespace, path: '/mutate', port: guard.servicePort } }, rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] }] }
      const refusal = `Internal error occurred: failed calling webhook "mutate.${name}.example.com": failed to call webhook: Post "https://${guard.name}.${guard.namespace}.svc:443/mutate?timeout=10s": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-02T09:00:00Z is after 2026-03-01T00:00:00Z`
      return { ...stage.ring(app, ['workload', 'nobody']), causes: [cause(['webhook-fails-closed', 'certificate-expired'], { kind: 'MutatingWebhookConfiguration', name }, guard.subject)], end: 'ask', lens: lenses((snapshot) => ({ ...snapshot, objects: snapshot.objects.filter((object) => object.metadata.name !== 'stand-in') }), reworded(/pods \\?"[^"\\]*\\?" is forbidden: exceeded quota: stand-in, requested: pods=1, used: pods=\d+, limited: pods=0/, refusal), withObjects(() => [configuration])) }
    },
  },
  {
    id: 'job-outlived-its-token', family: 'time-bombs', title: 'A Job that runs for hours fails with 401, because its token lives for one', variants: 2,
    play(stage) {
      const name = stage.cast.name()
      const image = stage.cast.image(name)
      const job: KubeObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: stage.cast.namespace }, spec: { backoffLimit: 0, activeDeadlineSeconds: 21_600, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image, volumeMounts: [{ name: 'token', mountPath: '/var/run/token' }] }], volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3600 } }] } }] } } } }
      stage.images({ image, exits: [{ code: 1, afterSeconds: 4200, log: 'batch 71 of 200 done\nError from server (Unauthorized): the server has asked for the client to provide credentials' }] })
      stage.apply(job)
      stage.pass(80)
      return { alerts: [objectAlert(job)], causes: [cause(['token-rejected', 'token-shorter-than-job'], { kind: 'Job', namespace: stage.cast.namespace, name })], end: 'ask' }
    },
  },
  {
    id: 'node-lags-behind', family: 'time-bombs', title: 'A node pool was left behind by four releases', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      const [node] = stage.nodes
      const name = node?.metadata.name ?? ''
      return { alerts: [nodeAlert(name, 'KubeVersionMismatch')], causes: [cause(['kubelet-version-skew', 'end-of-life-version'], { kind: 'Node', name })], end: 'ask', lens: mapObjects((object) => (object.kind === 'Node' ? { ...object, status: { ...(object['status'] as object), nodeInfo: { kubeletVersion: object.metadata.name === name ? 'v1.32.4' : 'v1.36.0', architecture: 'amd64', operatingSystem: 'linux' } } } as KubeObject : object)) }
    },
  },

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
