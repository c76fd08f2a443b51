import { expect, test } from 'vitest'
import { container, deployment, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { podsEvicted } from './pods-evicted.ts'

const own = 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.'
const evicted = (message: string, minutes = 10): PodDraft => ({ state: {}, minutes, status: { phase: 'Failed', reason: 'Evicted', message, containerStatuses: undefined, conditions: undefined } })
const one = (pods: PodDraft[]) => deployment('w', { revisions: [{ spec: container(), minutes: 9500 }], pods })

test.each([
  { name: 'twice within the hour, for its own limit', view: viewOf(one([evicted(own), evicted(own), running])), want: [{ subject: 'Deployment shop/w', plans: [['ask: ephemeral-storage']] }] },
  { name: 'the node is short, and nothing stands', view: viewOf(one([evicted('The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi.')])), want: [{ subject: 'Deployment shop/w', plans: [['ask: memory']] }] },
  { name: 'refused by every node', view: viewOf(one(['SysctlForbidden', 'SysctlForbidden'].map((reason): PodDraft => ({ ...evicted('forbidden sysctl: "net.core.somaxconn" not allowlisted'), status: { phase: 'Failed', reason, message: 'forbidden sysctl', containerStatuses: undefined, conditions: undefined } })))), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'good', view: viewOf(one([running])), want: [] },
  { name: 'look-alike: once, and it runs elsewhere', view: viewOf(one([evicted(own), running])), want: [] },
  { name: 'look-alike: last week\'s', view: viewOf(one([evicted(own, 9000), evicted(own, 9000), running])), want: [] },
])('$name', ({ view, want }) => expect(seenBy(podsEvicted, view)).toEqual(want))
