/** NodeDeclaredFeatures: a pod that needs something of its node's software goes where that is declared (since 1.36). */

import { featuresToRun, undeclared } from '../../node-features.ts'
import { SKIP, type FilterPlugin } from '../plugin.ts'
import { PASS, unresolvable } from '../status.ts'

const REFUSED = unresolvable("node(s) didn't match Pod's required features")

export const nodeDeclaredFeatures: FilterPlugin = {
  name: 'NodeDeclaredFeatures',
  preFilter(pod, { profile }) {
    if (profile.declaredFeatures.length === 0) return SKIP
    const wanted = featuresToRun(pod.spec)
    if (wanted.length === 0) return SKIP
    return { type: 'check', filter: { check: ({ node }) => (undeclared(node, wanted).length === 0 ? PASS : REFUSED) } }
  },
}
