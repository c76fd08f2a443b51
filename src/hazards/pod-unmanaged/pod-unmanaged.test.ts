import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { podUnmanaged } from './pod-unmanaged.ts'

const pod = (spec: object = {}, annotations: Record<string, string> = {}) => object('v1', 'Pod', 'p', { metadata: { annotations }, spec: oneContainer({}, spec) })

test.each([
  { name: 'alone', objects: [pod()], want: ['Pod p kind'] },
  { name: 'good', objects: [workload(oneContainer())], want: [] },
  { name: 'look-alike: of a controller', objects: [object('v1', 'Pod', 'p', { metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'r', controller: true }] } })], want: [] },
  { name: 'look-alike: a static pod', objects: [pod({}, { 'kubernetes.io/config.mirror': 'x' })], want: [] },
  { name: 'look-alike: it ends', objects: [pod({ restartPolicy: 'Never' })], want: [] },
  { name: 'look-alike: a hook', objects: [pod({}, { 'helm.sh/hook': 'test' })], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(podUnmanaged, { objects })).toEqual(want))
