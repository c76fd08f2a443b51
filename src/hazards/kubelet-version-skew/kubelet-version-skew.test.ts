import { expect, test } from 'vitest'
import { clusterObject, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { kubeletVersionSkew } from './kubelet-version-skew.ts'

const at = (kubeletVersion: string) => clusterObject('v1', 'Node', 'n1', { status: { nodeInfo: { kubeletVersion } } })

test.each([
  { name: 'five behind', view: viewOf([at('v1.31.1')]), want: [{ subject: 'Node n1', plans: [] }] },
  { name: 'newer than the control plane', view: viewOf([at('v1.37.0')]), want: [{ subject: 'Node n1', plans: [] }] },
  { name: 'good', view: viewOf([at('v1.36.4')]), want: [] },
  { name: 'look-alike: three behind is supported', view: viewOf([at('v1.33.0')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(kubeletVersionSkew, view)).toEqual(want))
