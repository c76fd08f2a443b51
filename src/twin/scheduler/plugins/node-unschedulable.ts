/** NodeUnschedulable: a cordoned node takes only pods that tolerate the cordon's taint (daemon pods do). */

import { isTolerated } from '../../../model/kube/toleration.ts'
import type { FilterPlugin } from '../plugin.ts'
import { SKIP } from '../plugin.ts'
import { PASS, unresolvable } from '../status.ts'

const REFUSED = unresolvable('node(s) were unschedulable')
const CORDON = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  preFilter(pod) {
    if (isTolerated(CORDON, pod.spec.tolerations)) return SKIP
    return { type: 'check', filter: { check: (node) => (node.unschedulable ? REFUSED : PASS) } }
  },
}
