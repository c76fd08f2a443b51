/**
 * An admission webhook that refuses everything because its own Service cannot be reached and its policy is Fail.
 * Pods are not created, and only controllers' events tell.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import { isServed, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf } from '../shared/finding.ts'
import { templatesBehind } from '../shared/static-match.ts'
import { refusedCreations } from '../shared/refused-creations.ts'

const ID = 'webhook-fails-closed'
const CALL_FAILED = /failed calling webhook "([^"]+)"/i

interface Webhook {
  readonly name?: string
  readonly failurePolicy?: string
  readonly clientConfig?: { readonly service?: { readonly namespace?: string; readonly name?: string } }
}

function detect(view: View): Finding[] {
  const configurations = configurationsOf(view)
  const named = configurations.flatMap((configuration) => ((configuration['webhooks'] ?? []) as readonly Webhook[]).flatMap((webhook, index) => findingFor(view, { configuration, webhook, index })))
  return [...named, ...unnamed(view, configurations)]
}

function configurationsOf(view: View): KubeObject[] {
  return ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap((kind) => view.list('admissionregistration.k8s.io', kind))
}

function findingFor(view: View, { configuration, webhook, index }: { readonly configuration: KubeObject; readonly webhook: Webhook; readonly index: number }): Finding[] {
  const refused = refusedCreations(view).filter((item) => CALL_FAILED.exec(item.message)?.[1] === webhook.name)
  const backing = webhook.clientConfig?.service
  const service = backing === undefined ? undefined : (view.get({ apiVersion: 'v1', kind: 'Service', namespace: backing.namespace ?? 'default', name: backing.name ?? '' }) as ServiceObject | undefined)
  const dead = backing !== undefined && view.list('', 'Service', backing.namespace).length > 0 && (service === undefined || !isServed(view, service))
  if ((webhook.failurePolicy ?? 'Fail') !== 'Fail' || (refused.length === 0 && !dead)) return []
  const blocked: Subject[] = refused.map((item) => subjectOf(workloadOf(view, item.controller)))
  return [
    findingOf({
      hazard: ID,
      subject: configuration,
      symptoms: blocked,
      summary: `webhook ${webhook.name ?? ''} of ${subjectText(subjectOf(configuration))} fails closed${dead ? `: nothing is ready behind Service ${backing.namespace ?? ''}/${backing.name ?? ''}` : refused[0] === undefined ? '' : `: ${whyFailed(refused[0].message)}`}${blocked.length === 0 ? '' : `; it blocks ${blocked.map(subjectText).join(', ')}`}`,
      evidence: [objectEvidence(configuration, `webhooks[${index}]`, `failurePolicy is Fail`), ...refused.flatMap((item) => (item.event === undefined ? [] : [eventEvidence(item.event)])).slice(0, 3)],
      confidence: refused.length > 0 ? 0.9 : 0.5,
      sinceMs: earliest(refused),
      explains: ['rollout-stuck', 'admission-denied', 'service-without-endpoints'],
      facts: { dependent: true },
    }),
  ]
}

/** What the API server says of a call that failed: https://guard.shop.svc:443/validate. */
const CALLED = /https?:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc/i

/** Refusals by a webhook whose configuration was not collected: the Service it names is what is known. */
function unnamed(view: View, configurations: readonly KubeObject[]): Finding[] {
  const known = new Set(configurations.flatMap((configuration) => ((configuration['webhooks'] ?? []) as readonly Webhook[]).map((webhook) => webhook.name)))
  const refused = refusedCreations(view).filter((item) => { const name = CALL_FAILED.exec(item.message)?.[1]; return name !== undefined && !known.has(name) })
  return [...Map.groupBy(refused, (item) => CALL_FAILED.exec(item.message)?.[1] ?? '').entries()].map(([name, group]) => {
    const message = group[0]?.message ?? ''
    const [, service, namespace] = CALLED.exec(message) ?? []
    const blocked: Subject[] = group.map((item) => subjectOf(workloadOf(view, item.controller)))
    const subject: Subject = service === undefined || namespace === undefined ? { kind: 'ValidatingWebhookConfiguration', name } : { kind: 'Service', namespace, name: service }
    return findingOf({
      hazard: ID,
      subject,
      symptoms: blocked,
      summary: `webhook ${name} fails closed and blocks ${blocked.map(subjectText).join(', ')}: ${whyFailed(message)}`,
      evidence: group.flatMap((item) => (item.event === undefined ? [] : [eventEvidence(item.event)])).slice(0, 3),
      confidence: 0.88,
      sinceMs: earliest(group),
      explains: ['rollout-stuck', 'admission-denied', 'service-without-endpoints'],
      facts: { dependent: true },
    })
  })
}

/** The end of the API server's message, in words. */
function whyFailed(message: string): string {
  if (/x509|certificate/i.test(message)) return 'its certificate is not the one that the configuration trusts'
  if (/no endpoints available/i.test(message)) return 'nothing is ready behind its Service'
  if (/service "[^"]+" not found/i.test(message)) return 'its Service does not exist'
  if (/connection refused/i.test(message)) return 'nobody listens at its port'
  return /deadline exceeded|timeout/i.test(message) ? 'it does not answer in time' : 'the call fails'
}

/** One endpoint, and it fails closed: while that pod moves, nothing can be created; not even the pod itself where its namespace is not exempt. */
function audit({ cluster }: AuditView): AuditFinding[] {
  return ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap((kind) => cluster.list('admissionregistration.k8s.io', kind)).flatMap((configuration) =>
    ((configuration['webhooks'] ?? []) as readonly Webhook[]).flatMap((webhook, index) => {
      const { namespace = 'default', name = '' } = webhook.clientConfig?.service ?? {}
      const service = cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name }) as ServiceObject | undefined
      const behind = service === undefined ? [] : templatesBehind(cluster, service)
      const replicas = behind.reduce((sum, template) => sum + (template.replicas ?? 2), 0)
      if ((webhook.failurePolicy ?? 'Fail') !== 'Fail' || behind.length === 0 || replicas > 1) return []
      return [{ of: configuration, path: ['webhooks', index], summary: `webhook ${webhook.name ?? ''} of ${subjectText(subjectOf(configuration))} fails closed, and one pod answers it`, advice: 'Two replicas or more on different nodes with a disruption budget, and a namespaceSelector that leaves out its own namespace and kube-system.' }]
    }),
  )
}

export const webhookFailsClosed: Hazard = {
  id: ID,
  title: 'An admission webhook fails closed',
  severity: 1,
  family: 'control',
  appliesTo: ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/MutatingWebhookConfiguration', 'apps/ReplicaSet', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job'],
  faces: ['live', 'static'],
  detect,
  audit,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Mend what serves the webhook; whether its checks may be skipped meanwhile is a decision about security.`,
  lookAlikes: ['a webhook with failurePolicy Ignore', 'a webhook that answers and denies: that is policy'],
  prevention: 'Run webhooks with several replicas, exempt their own namespace, and keep their scope narrow.',
  sources: [{ title: 'Dynamic admission control: failure policy', url: 'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy' }],
  reviewBy: '2027-06-30',
}
