/**
 * A StatefulSet names a governing Service that is not there, is not headless, or selects other pods: its pods then
 * have no names of their own, and whoever calls `db-0.db` finds nobody.
 */

import { matchesSelector } from '../../model/kube/selector.ts'
import { absenceEvidence, objectEvidence } from '../../model/evidence.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { sameSubject, subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import { selectorOf, servicesOf, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { failuresOf, speakingWorkloads } from '../shared/suffering.ts'

const ID = 'headless-service-missing'

function detect(view: View): Finding[] {
  return view.list('apps', 'StatefulSet').flatMap((set) => {
    const name = (set['spec'] as { serviceName?: string } | undefined)?.serviceName
    const namespace = set.metadata.namespace ?? 'default'
    if (name === undefined || name === '' || servicesOf(view).length === 0) return []
    const service = view.get({ apiVersion: 'v1', kind: 'Service', namespace, name }) as ServiceObject | undefined
    const why = whyWrong(set, service)
    const finding = why === undefined ? undefined : findingFrom(view, { set, name, service, why })
    // Nobody needs the names of pods that nobody calls.
    return finding === undefined || (why === NOT_HEADLESS && finding.symptoms.length === 0) ? [] : [finding]
  })
}

const NOT_HEADLESS = 'is not headless'

function whyWrong(set: KubeObject, service: ServiceObject | undefined): string | undefined {
  if (service === undefined) return 'does not exist'
  if (service.spec?.clusterIP !== undefined && service.spec.clusterIP !== 'None') return NOT_HEADLESS
  const selector = selectorOf(service)
  const selects = selector === undefined || matchesSelector({ matchLabels: selector }, podTemplateOf(set)?.metadata?.labels)
  return selects ? undefined : 'selects other pods'
}

interface Seen {
  readonly set: KubeObject
  readonly name: string
  readonly service: ServiceObject | undefined
  readonly why: string
}

function findingFrom(view: View, { set, name, service, why }: Seen): Finding {
  const namespace = set.metadata.namespace ?? 'default'
  const callers = speakingWorkloads(view).filter((item) => failuresOf(view, item).some(({ host }) => host !== undefined && new RegExp(`^${set.metadata.name ?? ''}-\\d+\\.${name}(\\.|$)`).test(host)))
  const symptoms: Subject[] = callers.map((item) => subjectOf(item.workload))
  return findingOf({
    hazard: ID,
    subject: set,
    symptoms,
    summary: `${subjectText(subjectOf(set))} names Service ${name} for its pods, which ${why}${symptoms.length === 0 ? '' : `; ${symptoms.map(subjectText).join(', ')} cannot find them`}`,
    evidence: [objectEvidence(set, 'spec.serviceName', `its governing Service is ${name}`), service === undefined ? absenceEvidence({ kind: 'Service', namespace, name }) : objectEvidence(service, 'spec', `Service ${name} ${why}`)],
    confidence: symptoms.length > 0 ? 0.95 : 0.5,
    explains: ['dependency-unreachable', 'container-exits', 'application-unhealthy', 'rollout-stuck', 'init-container-hangs'],
    facts: { why },
  })
}

/** In a file an address that is not written is one that will be given. */
function audit({ cluster, complete }: AuditView): AuditFinding[] {
  const wrong = detect(cluster).map(({ subject, summary }) => ({ subject, summary }))
  return cluster.list('apps', 'StatefulSet').flatMap((set): AuditFinding[] => {
    const [namespace, name] = [set.metadata.namespace ?? 'default', (set['spec'] as { serviceName?: string } | undefined)?.serviceName ?? '']
    const service = cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name }) as ServiceObject | undefined
    const found = wrong.find(({ subject }) => sameSubject(subject, subjectOf(set)))
    const place = { of: set, path: ['spec', 'serviceName'] }
    if (service === undefined && !complete && cluster.list('', 'Service', namespace).length === 0) return []
    if (found !== undefined) return [{ ...place, summary: found.summary, advice: 'A Service of that name with clusterIP: None that selects its pods.' }]
    if (complete || service === undefined || service.spec?.clusterIP !== undefined) return []
    return [{ ...place, summary: `${subjectText(subjectOf(set))} names Service ${name}, which will have an address: its pods then have no names of their own`, advice: 'A second Service with clusterIP: None, named by serviceName.', cause: 'not headless', severity: 5 }]
  })
}

export const headlessServiceMissing: Hazard = {
  id: ID,
  title: 'A StatefulSet\'s governing Service is missing or wrong',
  severity: 3,
  family: 'traffic',
  appliesTo: ['apps/StatefulSet'],
  faces: ['live', 'static'],
  detect,
  audit,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. The name cannot be changed in place; make a headless Service of that name that selects its pods.`,
  lookAlikes: ['a StatefulSet whose pods nobody calls by name', 'a folder without Services', 'a second Service with an address beside the headless one'],
  prevention: 'Render the StatefulSet and its headless Service from one source.',
  sources: [{ title: 'StatefulSets: stable network ID', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id' }],
  reviewBy: '2027-06-30',
}
