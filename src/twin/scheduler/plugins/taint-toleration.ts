/** TaintToleration: every NoSchedule and NoExecute taint must be tolerated; PreferNoSchedule ones cost score. */

import { firstUntolerated, isTolerated } from '../../../model/kube/toleration.ts'
import { normaliseToMax, type FilterPlugin, type ScorePlugin } from '../plugin.ts'
import { PASS, unresolvable } from '../status.ts'

const SUMMARY = unresolvable('node(s) had untolerated taint(s)')

export const taintToleration: FilterPlugin = {
  name: 'TaintToleration',
  preFilter: (pod) => ({
    type: 'check',
    filter: {
      check(node) {
        if (node.taints.length === 0) return PASS
        const taint = firstUntolerated(node.taints, pod.spec.tolerations)
        return taint === undefined ? PASS : SUMMARY
      },
    },
  }),
}

export const taintTolerationScore: ScorePlugin = {
  name: 'TaintToleration',
  weight: 3,
  preScore(pod) {
    const tolerations = (pod.spec.tolerations ?? []).filter(({ effect }) => effect === undefined || effect === '' || effect === 'PreferNoSchedule')
    return {
      score: (node) => (node.taints.length === 0 ? 0 : node.taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !isTolerated(taint, tolerations)).length),
      normalise: (scores) => normaliseToMax(scores, { reversed: true }),
    }
  },
}
