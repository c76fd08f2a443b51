/**
 * A workload fails because what it calls is not there: its configuration names a Service that does not exist, a port
 * that the Service does not serve, a Service behind which nothing is ready, or a host outside the cluster.
 *
 * A wrong name is the caller's fault and the caller is the subject. A Service with nothing behind it is the subject
 * itself, and `orient` looks further for why. A host outside is nobody's here: say so, change nothing.
 */

import type { Evidence } from '../../model/evidence.ts'
import { absenceEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { hostReferencesOf, type HostReference } from '../../model/topology/host-references.ts'
import { podsBehind, servicesOfPod, type ServiceObject } from '../../model/topology/services.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import { livePodsOf, workloadsOf } from '../../model/topology/ownership.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { connectionFailures, isAddress, type ConnectionFailure } from '../shared/connection-lines.ts'
import { brokenReference, type Broken } from './broken.ts'
import { fixes } from './fixes.ts'
import { earliest, findingOf, podSymptoms } from '../shared/finding.ts'
import { lineEvidence } from '../shared/logs.ts'
import { speakingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'

const ID = 'dependency-unreachable'

/** Stands where the name of a variable would, for a host that only the log names. */
const SAID = 'as its log says'

function detect(view: View): Finding[] {
  const found = speakingWorkloads(view).flatMap((suffering) => detectOne(view, suffering))
  return mergeBySubject(found)
}

function detectOne(view: View, suffering: Suffering): Finding[] {
  const lines = wordsOf(view, suffering)
  const failures = connectionFailures(lines)
  const written = hostReferencesOf(view, suffering.workload)
  const broken = [...written, ...saidReferences(view, { suffering, failures, written })].flatMap((reference) => brokenReference(view, reference))
  const proven = broken.filter((item) => speaksFor(view, { item, failures, silent: lines.length === 0 }))
  if (proven.length > 0) return [findingFor(view, { suffering, item: proven[0] as Broken, failures })]
  const outside = failures.filter((failure) => isOutside(view, failure))
  const [first] = outside
  return first === undefined || broken.length > 0 || outside.length < (suffering.stands === true ? STANDING_FAILURES_MIN : 1) ? [] : [outsideFinding(view, suffering, first)]
}

/** A workload that stands may have lost a call or two; it is believed when it goes on. */
const STANDING_FAILURES_MIN = 3

/** Hosts that only the log names: configuration may lie in files or in the image. */
function saidReferences(view: View, options: { readonly suffering: Suffering; readonly failures: readonly ConnectionFailure[]; readonly written: readonly HostReference[] }): HostReference[] {
  const { suffering, failures, written } = options
  return failures.flatMap(({ host, port, line }): HostReference[] => {
    if (host === undefined || isAddress(host) || host === 'localhost' || written.some((reference) => reference.host.toLowerCase() === host)) return []
    const labels = host.split('.')
    const [service = '', second, third] = labels[3] === 'svc' ? labels.slice(1) : labels
    const fqdn = third === 'svc'
    const namespace = second ?? suffering.workload.metadata.namespace ?? 'default'
    const known = second === undefined || fqdn || view.get({ apiVersion: 'v1', kind: 'Service', namespace, name: service }) !== undefined
    return known ? [{ container: line.container, variable: SAID, from: { type: 'workload' }, value: host, host, port, service, namespace, form: fqdn ? 'fqdn' : 'short' }] : []
  })
}

/** The log names the host, or its connection failures leave no other candidate, or there is no log and the form is plain. */
function speaksFor(view: View, options: { readonly item: Broken; readonly failures: readonly ConnectionFailure[]; readonly silent: boolean }): boolean {
  const { item, failures, silent } = options
  const { reference, service } = item
  const names = new Set([reference.host.toLowerCase(), reference.service, `${reference.service}.${reference.namespace}`, `${reference.service}.${reference.namespace}.svc`, `${reference.service}.${reference.namespace}.svc.cluster.local`])
  if (failures.some((failure) => failure.host !== undefined && (names.has(failure.host) || failure.host === service?.spec?.clusterIP))) return true
  if (failures.some((failure) => isNameless(view, failure) && couldBe(failure, item))) return true
  // Where no Service was collected, that this one is not there says nothing.
  return silent && (reference.variable.startsWith('args[') || (view.list('', 'Service').length > 0 && (reference.form === 'fqdn' || reference.port !== undefined || item.state !== 'no-service')))
}

function isNameless(view: View, { host }: ConnectionFailure): boolean {
  return host === undefined || (isAddress(host) && !isServiceAddress(view, host))
}

/** Only a host that was resolved can refuse, and only one that is a Service can be resolved. */
function couldBe({ how }: ConnectionFailure, { state }: Broken): boolean {
  return how === 'timeout' || (how === 'unresolved') === (state === 'no-service')
}

function isServiceAddress(view: View, address: string): boolean {
  return (view.list('', 'Service') as readonly ServiceObject[]).some((service) => service.spec?.clusterIP === address)
}

/** A full domain name that no Service of the cluster has. */
function isOutside(view: View, failure: ConnectionFailure): boolean {
  const { host } = failure
  if (host === undefined || isAddress(host) || !host.includes('.') || host.includes('.svc') || host.endsWith('.local')) return false
  const [service = '', namespace = ''] = host.split('.')
  return host.split('.').length > 2 || view.get({ apiVersion: 'v1', kind: 'Service', namespace, name: service }) === undefined
}

interface Parts {
  readonly suffering: Suffering
  readonly item: Broken
  readonly failures: readonly ConnectionFailure[]
}

const CONSEQUENCES = ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'bad-probe', 'failed-job', 'init-container-hangs']

function findingFor(view: View, { suffering, item, failures }: Parts): Finding {
  const { reference, state, service } = item
  const caller = subjectText(subjectOf(suffering.workload))
  const place = `${reference.host}${reference.port === undefined ? '' : `:${reference.port}`} (${reference.variable})`
  const gone = state === 'no-service' && isServiceGone(view, suffering.workload, reference)
  const missing: Subject = { kind: 'Service', namespace: reference.namespace, name: reference.service }
  const subject = state === 'not-served' && service !== undefined ? service : gone ? missing : suffering.workload
  const says = {
    'no-service': `there is no Service ${reference.namespace}/${reference.service}${gone ? ', although the workload of that name runs' : ''}`,
    'no-port': `Service ${reference.namespace}/${reference.service} does not serve that port (it serves ${(service?.spec?.ports ?? []).map((port) => port.port).join(', ')})`,
    'not-served': `nothing behind Service ${reference.namespace}/${reference.service} is ready`,
  }[state]
  return findingOf({
    hazard: ID,
    subject,
    symptoms: uniqueSubjects([...podSymptoms(suffering.rows), subjectOf(suffering.workload)]),
    summary: `${caller} cannot reach ${place}: ${says}`,
    evidence: [...failures.slice(-2).map((failure) => lineEvidence(failure.line)), ...referenceEvidence(view, suffering.workload, item)],
    confidence: failures.length === 0 ? 0.75 : suffering.stands === true ? 0.86 : 0.93,
    sinceMs: earliest(suffering.rows),
    explains: CONSEQUENCES,
    facts: { state: gone ? 'service-gone' : state, variable: reference.variable, container: reference.container, host: reference.host, port: reference.port ?? null, from: reference.from, said: reference.variable === SAID, dependent: state === 'not-served' },
  })
}

/** The name is right and what it names runs, but no Service leads there: the Service is what is missing, not the caller's spelling. */
function isServiceGone(view: View, caller: KubeObject, { service, namespace }: HostReference): boolean {
  const namesake = workloadsOf(view).find((workload) => workload !== caller && workload.metadata.namespace === namespace && isCalled(workload, service))
  return namesake !== undefined && livePodsOf(view, namesake).every((pod) => servicesOfPod(view, pod).length === 0)
}

function isCalled(workload: KubeObject, name: string): boolean {
  return workload.metadata.name === name || Object.values(podTemplateOf(workload)?.metadata?.labels ?? {}).includes(name)
}

function referenceEvidence(view: View, workload: KubeObject, { reference, service }: Broken): Evidence[] {
  const { from } = reference
  const config = from.type === 'config-map' ? view.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: workload.metadata.namespace ?? 'default', name: from.name }) : undefined
  const written = config === undefined ? objectEvidence(workload, 'spec.template.spec.containers', `${reference.variable} of container ${reference.container} names ${reference.host}`) : objectEvidence(config, 'data', `key ${from.type === 'config-map' ? from.key : ''} of ConfigMap ${config.metadata.name ?? ''} names ${reference.host}`)
  if (service === undefined) return [written, absenceEvidence({ kind: 'Service', namespace: reference.namespace, name: reference.service })]
  return [written, objectEvidence(service, 'spec', `${podsBehind(view, service).length} pods match the selector of ${subjectText(subjectOf(service))}`)]
}

function outsideFinding(view: View, suffering: Suffering, failure: ConnectionFailure): Finding {
  return findingOf({
    hazard: ID,
    subject: suffering.workload,
    symptoms: podSymptoms(suffering.rows),
    summary: `${subjectText(subjectOf(suffering.workload))} cannot reach ${failure.host ?? 'a host'}, which is outside the cluster`,
    evidence: [lineEvidence(failure.line)],
    confidence: (view.list('networking.k8s.io', 'NetworkPolicy', suffering.workload.metadata.namespace).length > 0 ? 0.7 : 0.85) - (suffering.stands === true ? 0.2 : 0),
    sinceMs: earliest(suffering.rows),
    explains: CONSEQUENCES,
    facts: { state: 'outside', host: failure.host ?? '' },
  })
}

/** Ten callers of one dead Service are one finding. */
function mergeBySubject(findings: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(findings, (finding) => `${subjectText(finding.subject)}|${finding.facts['dependent'] === true ? '' : String(finding.facts['host'])}`)
  return [...groups.values()].map((group) => {
    const [first] = group as [Finding]
    const symptoms: Subject[] = uniqueSubjects(group.flatMap((finding) => finding.symptoms))
    return group.length === 1 ? first : findingOf({ ...first, symptoms, evidence: group.flatMap((finding) => finding.evidence).slice(0, 8), sinceMs: earliest(group) })
  })
}

export const dependencyUnreachable: Hazard = {
  id: ID,
  title: 'A workload cannot reach what it calls',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) =>
    finding.facts['state'] === 'outside'
      ? `${finding.summary}. The fault is not in the cluster; nothing here is to be changed.`
      : `${finding.summary}. Mend what stands behind that name; its callers recover by themselves.`,
  lookAlikes: ['a value that names a kind of thing and not a host', 'a Service that was not ready during start and is now', 'a caller that is well although a reference is dead'],
  prevention: 'Check names and ports of called Services against the cluster before a rollout.',
  sources: [{ title: 'DNS for Services and pods', url: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/' }],
  reviewBy: '2027-06-30',
}
