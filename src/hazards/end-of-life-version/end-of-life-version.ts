/** A version that gets no more fixes: of the cluster's nodes, or of a product that a workload runs. A risk and never tonight's cause. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import { objectEvidence } from '../../model/evidence.ts'
import { ANY_TEMPLATE, type Finding, type Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { containersOf, isNode, podTemplateOf } from '../../model/kube/workload.ts'
import { workloadsOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { auditImages } from '../shared/audit-images.ts'
import { findingOf } from '../shared/finding.ts'
import { endOfImage, endOfKubernetes, type EndOfLife } from './versions.ts'

const ID = 'end-of-life-version'

function detect(view: View): Finding[] {
  const nodes = view.list('', 'Node').filter(isNode).flatMap((node) => {
    const text = node.status?.nodeInfo?.kubeletVersion ?? ''
    const minor = /^v?1\.(\d+)/.exec(text)?.[1]
    const ends = minor === undefined ? undefined : endOfKubernetes(Number(minor))
    return ends === undefined || view.nowMs < Date.parse(ends) ? [] : [findingFrom(node, 'status.nodeInfo.kubeletVersion', { product: 'Kubernetes', version: text, ends })]
  })
  const images = workloadsOf(view).flatMap((workload) =>
    containersOf(podTemplateOf(workload)).flatMap((container) => {
      const end = endOfImage(container.image ?? '')
      return end === undefined || view.nowMs < Date.parse(end.ends) ? [] : [findingFrom(workload, 'spec', end)]
    }),
  )
  return [...nodes, ...images]
}

function findingFrom(object: KubeObject, path: string, { product, version, ends }: EndOfLife): Finding {
  return findingOf({
    hazard: ID,
    subject: object,
    symptoms: [],
    summary: `${subjectText(subjectOf(object))} runs ${product} ${version}, which gets no more fixes since ${ends}`,
    evidence: [objectEvidence(object, path, `it runs ${product} ${version}`)],
    confidence: 0.4,
  })
}

const SOON_MS = 90 * 86_400_000

/** Also what ends within a quarter: an upgrade takes that long. */
function audit(view: AuditView): AuditFinding[] {
  const images = auditImages(view, (image) => {
    const end = endOfImage(image)
    const left = end === undefined ? Infinity : Date.parse(end.ends) - view.nowMs
    if (end === undefined || left > SOON_MS) return undefined
    return { says: `${end.product} ${end.version} gets no more fixes ${left <= 0 ? 'since' : 'after'} ${end.ends}`, advice: `Move to a version of ${end.product} that is maintained.`, cause: `${end.product} ${end.version}`, severity: left <= 0 ? 3 : 5 }
  })
  const nodes = detect(view.cluster).filter(({ subject }) => subject.kind === 'Node').flatMap((finding) => {
    const node = view.cluster.get({ apiVersion: 'v1', kind: 'Node', name: finding.subject.name })
    return node === undefined ? [] : [{ of: node, path: ['status', 'nodeInfo', 'kubeletVersion'], summary: finding.summary, advice: 'Plan the upgrade, one minor version at a time.', cause: 'Kubernetes' }]
  })
  return [...images, ...nodes]
}

export const endOfLifeVersion: Hazard = {
  id: ID,
  title: 'A version that gets no more fixes',
  severity: 4,
  family: 'time-bombs',
  appliesTo: ['/Node', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/CronJob', '/Pod', 'docker/File', 'chart/Values', ANY_TEMPLATE],
  faces: ['live', 'static'],
  detect,
  audit,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Plan the upgrade; nothing is to be changed tonight.`,
  lookAlikes: ['a version with support that was bought', 'a fork that is maintained by others', 'an image whose tag names no version'],
  prevention: 'Keep the dates of what production runs in a calendar.',
  sources: [
    { title: 'Kubernetes: patch releases and end of life', url: 'https://kubernetes.io/releases/patch-releases/' },
    { title: 'PostgreSQL: versioning policy', url: 'https://www.postgresql.org/support/versioning/' },
    { title: 'Ingress NGINX retirement', url: 'https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/' },
    { title: 'Node.js releases', url: 'https://nodejs.org/en/about/previous-releases' },
    { title: 'Status of Python versions', url: 'https://devguide.python.org/versions/' },
    { title: 'MySQL: supported platforms and end of life', url: 'https://www.mysql.com/support/eol-notice.html' },
  ],
  reviewBy: '2027-01-31',
}
