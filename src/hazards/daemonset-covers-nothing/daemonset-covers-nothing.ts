/**
 * A DaemonSet that leaves nodes out: no node has the labels it asks for, or nodes carry a taint that it does not
 * tolerate. The nodes without a pod of it are named, each with why.
 */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { podAllowsNode } from '../../model/kube/node-selector.ts'
import { firstUntolerated } from '../../model/kube/toleration.ts'
import { isNode, podTemplateOf, type NodeObject } from '../../model/kube/workload.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { findingOf, workloadOfFinding } from '../shared/finding.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'daemonset-covers-nothing'

function detect(view: View): Finding[] {
  const nodes = view.list('', 'Node').filter(isNode)
  if (nodes.length === 0) return []
  return view.list('apps', 'DaemonSet').flatMap((set) => {
    const spec = podTemplateOf(set)?.spec
    const left = spec === undefined ? [] : nodes.flatMap((node) => { const why = whyLeft(spec, node); return why === undefined ? [] : [{ node, why }] })
    return spec !== undefined && left.length === nodes.length ? [findingFrom(set, left)] : []
  })
}

function whyLeft(spec: PodSpec, node: NodeObject): string | undefined {
  if (!podAllowsNode(spec, { name: node.metadata.name ?? '', labels: node.metadata.labels ?? {} })) return 'it does not have the labels that the DaemonSet asks for'
  // What the DaemonSet controller adds by itself (pkg/controller/daemon/util): nodes are served in any state.
  const taints = (node.spec?.taints ?? []).filter((taint) => !taint.key.startsWith('node.kubernetes.io/'))
  const taint = firstUntolerated(taints, spec.tolerations)
  return taint === undefined ? undefined : `it is tainted ${taint.key}${(taint.value ?? '') === '' ? '' : `=${taint.value ?? ''}`}:${taint.effect}`
}

function findingFrom(set: KubeObject, left: readonly { readonly node: NodeObject; readonly why: string }[]): Finding {
  const spec = podTemplateOf(set)?.spec
  return findingOf({
    hazard: ID,
    subject: set,
    symptoms: [subjectOf(set)],
    summary: `${subjectText(subjectOf(set))} runs on none of ${left.length} nodes: ${left[0]?.why ?? ''}`,
    evidence: [objectEvidence(set, 'spec.template.spec', `it asks for ${JSON.stringify(spec?.nodeSelector ?? spec?.affinity?.nodeAffinity ?? {})} and tolerates ${JSON.stringify(spec?.tolerations ?? [])}`), ...left.slice(0, 5).map(({ node, why }) => objectEvidence(node, 'metadata.labels', `${subjectText(subjectOf(node))} is left out: ${why}`))],
    confidence: 0.82,
    explains: ['rollout-stuck', 'service-without-endpoints'],
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  return workload === undefined ? [] : waysBack({ hazard: ID, view, workload, differs: (earlier, current) => !jsonEqual([earlier.spec?.nodeSelector, earlier.spec?.affinity, earlier.spec?.tolerations], [current.spec?.nodeSelector, current.spec?.affinity, current.spec?.tolerations]), what: () => 'changed which nodes it may run on' })
}

export const daemonsetCoversNothing: Hazard = {
  id: ID,
  title: 'A DaemonSet runs on no node',
  severity: 3,
  family: 'placement',
  appliesTo: ['apps/DaemonSet'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Say which nodes it is meant for.`,
  lookAlikes: ['a DaemonSet for some of the nodes', 'a folder without nodes', 'a node that is cordoned or not Ready, which DaemonSets serve all the same'],
  prevention: 'Alert on DaemonSets that want no pod.',
  sources: [{ title: 'DaemonSet: how daemon pods are scheduled', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#how-daemon-pods-are-scheduled' }],
  reviewBy: '2027-06-30',
}
