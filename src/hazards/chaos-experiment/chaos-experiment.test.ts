import { expect, test } from 'vitest'
import { container, crashed, deployment, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { chaosExperiment } from './chaos-experiment.ts'

const ill = deployment('api', { revisions: [{ spec: container(), minutes: 9000 }], pods: [crashed({ exitCode: 1 })] })
const other = deployment('web', { revisions: [{ spec: container(), minutes: 9000 }], pods: [running] })
const active = [{ type: 'Selected', status: 'True' }, { type: 'AllInjected', status: 'True' }]
const mesh = (app: string, conditions: readonly object[] = active, metadata: object = {}) => object('chaos-mesh.org/v1alpha1', 'PodChaos', 'drill', { metadata, spec: { action: 'pod-failure', mode: 'one', selector: { namespaces: ['shop'], labelSelectors: { app } } }, status: { conditions } })
const engine = (state: string, engineStatus = 'initialized') => object('litmuschaos.io/v1alpha1', 'ChaosEngine', 'drill', { spec: { engineState: state, appinfo: { appns: 'shop', applabel: 'app=api', appkind: 'deployment' } }, status: { engineStatus } })

test.each([
  { name: 'Chaos Mesh breaks pods', view: viewOf([ill, mesh('api')]), want: [{ subject: 'PodChaos shop/drill', plans: [['patch PodChaos shop/drill']] }] },
  { name: 'Litmus breaks pods', view: viewOf([ill, engine('active')]), want: [{ subject: 'ChaosEngine shop/drill', plans: [['patch ChaosEngine shop/drill']] }] },
  { name: 'good', view: viewOf([ill]), want: [] },
  { name: 'look-alike: an experiment that is over', view: viewOf([ill, mesh('api', [...active, { type: 'AllRecovered', status: 'True' }]), engine('active', 'completed')]), want: [] },
  { name: 'look-alike: an experiment that is paused', view: viewOf([ill, mesh('api', active, { annotations: { 'experiment.chaos-mesh.org/pause': 'true' } }), engine('stop')]), want: [] },
  { name: 'look-alike: an experiment on pods that are not there', view: viewOf([ill, other, mesh('checkout')]), want: [] },
  { name: 'look-alike: a schedule of experiments of which none runs now', view: viewOf([ill, object('chaos-mesh.org/v1alpha1', 'Schedule', 'weekly', { spec: { schedule: '0 3 * * 0', type: 'PodChaos' }, status: {} })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(chaosExperiment, view)).toEqual(want))
