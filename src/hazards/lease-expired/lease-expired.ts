/**
 * A lease that its holder has not renewed for far longer than it lasts: nobody leads, so a controller does nothing
 * although its pods may stand. A node's own lease says the same of its kubelet, and there the node speaks for itself.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { lineEvidence, lastMatch } from '../shared/logs.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isReady, isTerminal } from '../../model/kube/workload.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { speakingWorkloads, wordsOf } from '../shared/suffering.ts'

const ID = 'lease-expired'
const NODE_LEASES = 'kube-node-lease'
/** Many times the life of a lease, and more than any failover takes. */
const DEAD_MS = 5 * 60_000
const LOST = /leader election lost|failed to renew lease|lost (?:the )?leader|error retrieving resource lock|stopped leading/i

interface LeaseSpec {
  readonly holderIdentity?: string
  readonly renewTime?: string
  readonly leaseDurationSeconds?: number
}

function detect(view: View): Finding[] {
  return view.list('coordination.k8s.io', 'Lease').flatMap((lease) => {
    const spec = (lease['spec'] ?? {}) as LeaseSpec
    const renewedMs = parseTimeMs(spec.renewTime)
    if (lease.metadata.namespace === NODE_LEASES || renewedMs === undefined || (spec.holderIdentity ?? '') === '' || view.nowMs - renewedMs < DEAD_MS) return []
    return [findingFrom(view, lease, { spec, renewedMs })]
  })
}

function findingFrom(view: View, lease: KubeObject, { spec, renewedMs }: { readonly spec: LeaseSpec; readonly renewedMs: number }): Finding {
  const holder = spec.holderIdentity ?? ''
  const pods = view.list('', 'Pod', lease.metadata.namespace).filter(isPod).filter((pod) => holder.startsWith(pod.metadata.name ?? '\0'))
  const alive = pods.find((pod) => !isTerminal(pod) && isReady(pod))
  const said = speakingWorkloads(view).filter((item) => item.workload.metadata.namespace === lease.metadata.namespace).flatMap((item) => { const found = lastMatch(wordsOf(view, item), LOST); return found === undefined ? [] : [{ workload: item.workload, line: found.line }] })
  const led = [...pods.map((pod) => workloadOf(view, pod)), ...said.map((item) => item.workload)]
  const minutes = Math.round((view.nowMs - renewedMs) / 60_000)
  return findingOf({
    hazard: ID,
    subject: lease,
    symptoms: led.length === 0 ? [] : uniqueSubjects([subjectOf(lease), ...led.map(subjectOf)]),
    summary: `${subjectText(subjectOf(lease))} was last renewed ${minutes} min ago by ${holder}, ${pods.length === 0 ? 'of which there is no pod' : alive === undefined ? 'whose pod is not ready' : 'whose pod stands and no longer renews it'}: nobody leads`,
    evidence: [objectEvidence(lease, 'spec.renewTime', `renewed at ${spec.renewTime ?? ''}, for ${spec.leaseDurationSeconds ?? 0} s`), ...said.slice(0, 2).map((item) => lineEvidence(item.line))],
    confidence: 0.7,
    sinceMs: renewedMs,
    explains: [],
    facts: { dependent: true },
  })
}

export const leaseExpired: Hazard = {
  id: ID,
  title: 'A lease that nobody renews',
  severity: 3,
  family: 'control',
  appliesTo: ['coordination.k8s.io/Lease'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Look at why no other replica takes it over: rights on leases, reachability of the API, or a holder that hangs.`,
  lookAlikes: ['the lease of a node, which speaks for its kubelet', 'a lease that was given up, without a holder', 'the lease of something that was uninstalled: then nobody suffers'],
  prevention: 'Run controllers with two replicas that exit when they lose their lease.',
  sources: [{ title: 'Leases', url: 'https://kubernetes.io/docs/concepts/architecture/leases/' }],
  reviewBy: '2027-06-30',
}
