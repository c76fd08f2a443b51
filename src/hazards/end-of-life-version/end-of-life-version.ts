/** A version that gets no more fixes: of the cluster's nodes, or of a product that a workload runs. A risk and never tonight's cause. */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { containersOf, isNode, podTemplateOf } from '../../model/kube/workload.ts'
import { workloadsOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { endOfImage, KUBERNETES, type EndOfLife } from './versions.ts'

const ID = 'end-of-life-version'

function detect(view: View): Finding[] {
  const nodes = view.list('', 'Node').filter(isNode).flatMap((node) => {
    const text = node.status?.nodeInfo?.kubeletVersion ?? ''
    const minor = /^v?1\.(\d+)/.exec(text)?.[1]
    const ends = minor === undefined ? undefined : KUBERNETES[Number(minor)]
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

export const endOfLifeVersion: Hazard = {
  id: ID,
  title: 'A version that gets no more fixes',
  severity: 4,
  family: 'time-bombs',
  appliesTo: ['/Node', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', '/Pod'],
  faces: ['live', 'static'],
  detect,
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
