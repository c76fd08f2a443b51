import { expect, test } from 'vitest'
import { container, deployment, event, node, running, viewOf, waiting } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { nodeNetworkDown } from './node-network-down.ts'

const stuck = (name: string) => deployment(name, { revisions: [{ spec: container(), minutes: 900 }], pods: [{ ...waiting('ContainerCreating'), node: 'n1', minutes: 12 }] })
const well = (name: string, on: string) => deployment(name, { revisions: [{ spec: container(), minutes: 900 }], pods: [{ ...running, node: on }] })
const told = (name: string, message = 'Failed to create pod sandbox: plugin type="calico" failed (add): no such file') => event({ kind: 'Pod', name: `${name}-h1-p0` }, { reason: 'FailedCreatePodSandBox', message })
const nodes = [node('n1'), node('n2')]

test.each([
  { name: 'several workloads get no network on one node', view: viewOf([nodes, stuck('a'), stuck('b'), told('a'), told('b'), well('c', 'n2')]), want: [{ subject: 'Node n1', plans: [['cordon Node n1']] }] },
  { name: 'good', view: viewOf([nodes, well('a', 'n1'), well('c', 'n2')]), want: [] },
  { name: 'look-alike: a node that is not Ready, which says so itself', view: viewOf([node('n1', { ready: 'False' }), node('n2'), stuck('a'), stuck('b'), told('a'), told('b'), well('c', 'n2')]), want: [] },
  { name: 'look-alike: pods of one workload alone', view: viewOf([nodes, stuck('a'), told('a'), well('c', 'n2')]), want: [] },
  { name: 'look-alike: no pod of the whole cluster gets a network', view: viewOf([nodes, stuck('a'), stuck('b'), told('a'), told('b')]), want: [] },
  { name: 'look-alike: a sandbox that fails for its runtime', view: viewOf([nodes, stuck('a'), stuck('b'), told('a', 'Failed to create pod sandbox: no runtime for "gvisor" is configured'), told('b', 'Failed to create pod sandbox: no runtime for "gvisor" is configured'), well('c', 'n2')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(nodeNetworkDown, view)).toEqual(want))
