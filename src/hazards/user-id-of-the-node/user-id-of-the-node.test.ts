import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { userIdOfTheNode } from './user-id-of-the-node.ts'

const as = (runAsUser: number, spec: object = {}) => [workload(oneContainer({ securityContext: { runAsUser } }, spec))]

test.each([
  { name: 'of the container', objects: as(1000), want: ['Deployment web spec.template.spec.containers.0.securityContext.runAsUser'] },
  { name: 'of the pod', objects: [workload(oneContainer({}, { securityContext: { runAsUser: 101 } }))], want: ['Deployment web spec.template.spec.securityContext.runAsUser'] },
  { name: 'good', objects: as(10_001), want: [] },
  { name: 'look-alike: root', objects: as(0), want: [] },
  { name: 'look-alike: a user namespace', objects: as(1000, { hostUsers: false }), want: [] },
  { name: 'look-alike: the image chooses', objects: [workload(oneContainer())], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(userIdOfTheNode, { objects })).toEqual(want))
