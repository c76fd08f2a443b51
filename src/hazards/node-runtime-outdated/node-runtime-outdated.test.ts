import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { clusterObject } from '../testing/cluster.ts'
import { nodeRuntimeOutdated } from './node-runtime-outdated.ts'

const runs = (containerRuntimeVersion: string) => clusterObject('v1', 'Node', 'n', { status: { nodeInfo: { containerRuntimeVersion } } })
const slice = clusterObject('resource.k8s.io/v1', 'ResourceSlice', 's', { spec: { nodeName: 'n' } })

test.each([
  { name: 'Docker', objects: [runs('docker://20.10.7')], want: ['Docker as the runtime'] },
  { name: 'no fixes', objects: [runs('containerd://1.6.36')], want: ['a runtime without fixes'] },
  { name: 'devices', objects: [runs('containerd://1.7.27'), slice], want: ['devices without CDI'] },
  { name: 'good', objects: [runs('containerd://2.1.4'), slice], want: [] },
  { name: 'look-alike: no devices', objects: [runs('containerd://1.7.27')], want: [] },
  { name: 'look-alike: CRI-O', objects: [runs('cri-o://1.34.1'), slice], want: [] },
  { name: 'look-alike: it does not say', objects: [clusterObject('v1', 'Node', 'n', { status: {} })], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(nodeRuntimeOutdated, { objects }).map(({ cause }) => cause)).toEqual(want))
