/** NodePorts: two pods on a node cannot hold the same host port; the unspecified address meets every other. */

import { SKIP, type FilterPlugin } from '../plugin.ts'
import type { HostPort } from '../pod-info.ts'
import { PASS, unschedulable } from '../status.ts'

const REFUSED = unschedulable("node(s) didn't have free ports for the requested pod ports")
const ANY_ADDRESS = '0.0.0.0'

export const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  preFilter(pod) {
    const wanted = pod.hostPorts
    if (wanted.length === 0) return SKIP
    return {
      type: 'check',
      filter: {
        check: (node) => (node.pods.some((other) => other.hostPorts.some((taken) => wanted.some((port) => conflicts(port, taken)))) ? REFUSED : PASS),
      },
    }
  },
}

export function conflicts(left: HostPort, right: HostPort): boolean {
  if (left.port !== right.port || left.protocol !== right.protocol) return false
  return left.ip === right.ip || left.ip === ANY_ADDRESS || right.ip === ANY_ADDRESS
}
