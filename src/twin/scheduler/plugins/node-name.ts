/** NodeName: a pod that names its node goes nowhere else. Such pods rarely meet a scheduler; explanations do. */

import { SKIP, type FilterPlugin } from '../plugin.ts'
import { PASS, unresolvable } from '../status.ts'

const REFUSED = unresolvable("node(s) didn't match the requested node name")

export const nodeName: FilterPlugin = {
  name: 'NodeName',
  preFilter(pod) {
    const wanted = pod.spec.nodeName ?? ''
    if (wanted === '') return SKIP
    return { type: 'check', filter: { check: (node) => (node.name === wanted ? PASS : REFUSED) } }
  },
}
