/**
 * A program cannot write because the disk it writes to is full: its volume, or the node's own where it writes into its
 * container. A node that is full says so itself and evicts; a volume is silent, and only the program tells.
 */

import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf, uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms } from '../shared/finding.ts'
import { lastMatch, lineEvidence, type LogLine } from '../shared/logs.ts'
import { createPlan } from '../shared/plan-parts.ts'
import { speakingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'

const ID = 'volume-full'
const FULL = /no space left on device|ENOSPC|disk quota exceeded|EDQUOT|there is not enough space on the disk|could not extend file[^\n]*no space|disk is full/i
/** Paths as they stand in a line, the longest first. */
const PATHS = /\/[\w./@+-]+/g

type Claim = KubeObject & PersistentVolumeClaim

function detect(view: View): Finding[] {
  return speakingWorkloads(view).flatMap((suffering) => {
    const found = lastMatch(wordsOf(view, suffering), FULL)
    return found === undefined ? [] : [findingFrom(view, suffering, found.line)]
  })
}

/** The claim mounted where the line's path lies; the only claim of the pod where the line names no path of another. */
function claimOf(view: View, { pod, container, text }: LogLine): Claim | undefined {
  const spec = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].find((item) => item.name === container)
  const mounts = (spec?.volumeMounts ?? []).flatMap((mount) => {
    const claim = claimNamed(view, pod, pod.spec?.volumes?.find((volume) => volume.name === mount.name)?.persistentVolumeClaim?.claimName)
    return claim === undefined ? [] : [{ claim, path: mount.mountPath }]
  })
  const paths = text.match(PATHS) ?? []
  const within = mounts.filter((mount) => paths.some((path) => path === mount.path || path.startsWith(`${mount.path}/`)))
  return within[0]?.claim ?? (mounts.length === 1 && paths.length === 0 ? mounts[0]?.claim : undefined)
}

function claimNamed(view: View, pod: PodObject, name: string | undefined): Claim | undefined {
  return name === undefined ? undefined : (view.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: pod.metadata.namespace ?? 'default', name }) as Claim | undefined)
}

function findingFrom(view: View, { workload, rows, stands }: Suffering, line: LogLine): Finding {
  const claim = claimOf(view, line)
  const size = claim?.status?.capacity?.['storage'] ?? claim?.spec?.resources?.requests?.['storage']
  const what = claim === undefined ? 'the disk it writes to' : `${subjectText(subjectOf(claim))}${size === undefined ? '' : ` (${size})`}`
  return findingOf({
    hazard: ID,
    subject: claim ?? workload,
    symptoms: uniqueSubjects([...podSymptoms(rows), subjectOf(workload)]),
    summary: `${subjectText(subjectOf(workload))} cannot write: ${what} is full`,
    evidence: [lineEvidence(line), ...(claim === undefined ? [] : [objectEvidence(claim, 'spec.resources', `it asked for ${size ?? 'an unknown size'}`)])],
    confidence: stands === true ? 0.84 : 0.92,
    sinceMs: earliest(rows),
    explains: ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'bad-probe', 'dependency-unreachable'],
    facts: { claim: claim?.metadata.name ?? null },
  })
}

/** Can it grow? Then how much is a question; a volume never shrinks again. */
function fixes(finding: Finding, view: View): Plan[] {
  const claim = objectOf(view, finding.subject) as Claim | undefined
  const grows = view.list('storage.k8s.io', 'StorageClass').some((item) => item.metadata.name === claim?.spec?.storageClassName && item['allowVolumeExpansion'] === true)
  if (claim === undefined || finding.facts['claim'] === null || !grows) return []
  return [
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: 'ask-for-size',
      goal: `${subjectText(finding.subject)} has room`,
      steps: [],
      proof: [{ type: 'hazard-absent', hazard: ID, subject: finding.subject }],
      risk: 'none',
      expectedEffect: 'nothing changes until a person answers',
      rationale: 'Its class lets it grow. How much it needs is not recorded in the cluster, and it cannot be made smaller again.',
      needsInput: [{ name: 'storage', question: `To what size should ${subjectText(finding.subject)} grow, or what may be deleted from it?`, target: refOf(claim) }],
    }),
  ]
}

export const volumeFull: Hazard = {
  id: ID,
  title: 'A volume is full',
  severity: 2,
  family: 'placement',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Make room in it, or give it a larger volume.`,
  lookAlikes: ['a node under disk pressure, which evicts', 'a file system that is read-only', 'a quota of the cluster that refuses objects'],
  prevention: 'Alert on the share of each volume that is used, and let its class allow growth.',
  sources: [{ title: 'Persistent volumes: expanding claims', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims' }],
  reviewBy: '2027-06-30',
}
