import { expect, test } from 'vitest'
import { ago, container, deployment, node, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { nodeNotReady } from './node-not-ready.ts'

const labels = { 'eks.amazonaws.com/nodegroup': 'g' }
const web = (nodes: string[]) => deployment('web', { revisions: [{ spec: container(), minutes: 900, ready: 2 }], pods: nodes.map((name) => ({ ...running, node: name })) })
const budget = object('policy/v1', 'PodDisruptionBudget', 'b', { spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } }, status: { disruptionsAllowed: 0 } })
const cordon = ['cordon Node n1']

test.each([
  {
    name: 'disk pressure, and a budget that refuses: room first',
    view: viewOf([node('n1', { labels, conditions: [{ type: 'DiskPressure', status: 'True', lastTransitionTime: ago(10) }] }), node('n2', { labels }), web(['n1', 'n2']), budget]),
    want: [{
      subject: 'Node n1',
      plans: [
        ['cordon Node n1', 'scale Deployment shop/web 2 → 3', 'wait until Deployment shop/web is available with 3 replicas', 'drain Node n1', 'delete-node Node n1', 'scale Deployment shop/web 3 → 2'],
        ['cordon Node n1', 'drain Node n1', 'delete-node Node n1'],
        cordon,
      ],
    }],
  },
  { name: 'silent: also without waiting for its kubelet', view: viewOf([node('n1', { labels, ready: 'Unknown' }), node('n2', { labels })]), want: [{ subject: 'Node n1', plans: [['cordon Node n1', 'drain Node n1', 'delete-node Node n1'], ['cordon Node n1', 'delete-node Node n1'], cordon] }] },
  { name: 'no pool: emptied, not deleted', view: viewOf([node('n1', { ready: 'False' }), node('n2'), web(['n1'])]), want: [{ subject: 'Node n1', plans: [['cordon Node n1', 'drain Node n1'], cordon] }] },
  { name: 'a control-plane node is never deleted', view: viewOf([node('n1', { labels: { ...labels, 'node-role.kubernetes.io/control-plane': '' }, ready: 'False' }), node('n2', { labels })]), want: [{ subject: 'Node n1', plans: [cordon] }] },
  { name: 'all nodes at once are not the cause', view: viewOf([node('n1', { labels, ready: 'False' }), node('n2', { labels, ready: 'False' })]), want: [{ subject: 'Node n1', plans: [cordon] }, { subject: 'Node n2', plans: [['cordon Node n2']] }] },
  { name: 'look-alike: a heartbeat missed for seconds', view: viewOf([node('n1', { labels, ready: 'Unknown', minutes: 0.5 })]), want: [] },
  { name: 'look-alike: cordoned and Ready', view: viewOf([node('n1', { labels, spec: { unschedulable: true } })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(nodeNotReady, view)).toEqual(want))
