/** NodeAffinity: `nodeSelector` and required terms decide, preferred terms add their weights to the score. */

import { allowsAnyNode, matchesNodeTerm, namedNodes, podAllowsNode } from '../../../model/kube/node-selector.ts'
import { normaliseToMax, SKIP, type FilterPlugin, type ScorePlugin } from '../plugin.ts'
import { PASS, unresolvable } from '../status.ts'

const REFUSED = unresolvable("node(s) didn't match Pod's node affinity/selector")
const CONTRADICTION = unresolvable('pod affinity terms conflict')

export const nodeAffinity: FilterPlugin = {
  name: 'NodeAffinity',
  preFilter(pod) {
    if (allowsAnyNode(pod.spec)) return SKIP
    const nodeNames = namedNodes(pod.spec)
    if (nodeNames?.size === 0 && (pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms.length ?? 0) > 0) {
      return { type: 'reject', rejection: CONTRADICTION }
    }
    const filter = { check: (node: Parameters<typeof podAllowsNode>[1]) => (podAllowsNode(pod.spec, node) ? PASS : REFUSED) }
    return { type: 'check', filter, ...(nodeNames === undefined || nodeNames.size === 0 ? {} : { nodeNames }) }
  },
}

export const nodeAffinityScore: ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  preScore(pod) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    if (preferred.length === 0) return undefined
    return {
      score: (node) => preferred.reduce((sum, { preference, weight }) => sum + (matchesNodeTerm(preference, node) ? weight : 0), 0),
      normalise: (scores) => normaliseToMax(scores, { reversed: false }),
    }
  },
}
