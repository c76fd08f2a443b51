/** A node whose kubelet is further from the control plane than the project supports: newer at all, or more than three minor versions older. */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isNode } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'

const ID = 'kubelet-version-skew'
/** Version skew policy, since 1.28. */
const OLDER_MAX = 3

function detect(view: View): Finding[] {
  const { major, minor, gitVersion } = view.snapshot.clusterVersion
  return view.list('', 'Node').filter(isNode).flatMap((node) => {
    const text = node.status?.nodeInfo?.kubeletVersion
    const match = /^v?(\d+)\.(\d+)/.exec(text ?? '')
    if (match === null || Number(match[1]) !== major) return []
    const behind = minor - Number(match[2])
    return behind >= 0 && behind <= OLDER_MAX ? [] : [findingFrom(node, { kubelet: text ?? '', control: gitVersion, behind })]
  })
}

function findingFrom(node: KubeObject, { kubelet, control, behind }: { readonly kubelet: string; readonly control: string; readonly behind: number }): Finding {
  return findingOf({
    hazard: ID,
    subject: node,
    symptoms: [],
    summary: `${subjectText(subjectOf(node))} runs kubelet ${kubelet}, ${behind < 0 ? 'newer than' : `${behind} minor versions behind`} the control plane (${control})`,
    evidence: [objectEvidence(node, 'status.nodeInfo.kubeletVersion', `its kubelet is ${kubelet}`)],
    confidence: 0.6,
  })
}

export const kubeletVersionSkew: Hazard = {
  id: ID,
  title: 'A kubelet is too far from the control plane',
  severity: 4,
  family: 'nodes',
  appliesTo: ['/Node'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Upgrade the node within the skew that is supported, before the control plane moves on.`,
  lookAlikes: ['a kubelet up to three minor versions behind', 'a patch version that differs'],
  prevention: 'Upgrade node pools with each control plane, and alert on the spread of kubelet versions.',
  sources: [{ title: 'Version skew policy', url: 'https://kubernetes.io/releases/version-skew-policy/' }],
  reviewBy: '2027-06-30',
}
