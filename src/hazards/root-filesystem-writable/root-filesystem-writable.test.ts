import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { rootFilesystemWritable } from './root-filesystem-writable.ts'

test.each([
  { name: 'nothing is said', objects: [workload(oneContainer())], want: ['Deployment web spec.template.spec.containers.0'] },
  { name: 'false', objects: [workload(oneContainer({ securityContext: { readOnlyRootFilesystem: false } }))], want: ['Deployment web spec.template.spec.containers.0.securityContext'] },
  { name: 'good', objects: [workload(oneContainer({ securityContext: { readOnlyRootFilesystem: true } }))], want: [] },
  { name: 'look-alike: privileged', objects: [workload(oneContainer({ securityContext: { privileged: true } }))], want: [] },
  { name: 'look-alike: Windows', objects: [workload(oneContainer({}, { os: { name: 'windows' } }))], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(rootFilesystemWritable, { objects })).toEqual(want))
