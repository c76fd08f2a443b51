import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { serviceAccountTokenMounted } from './service-account-token-mounted.ts'

const account = object('v1', 'ServiceAccount', 'default', { automountServiceAccountToken: false })

test.each([
  { name: 'nothing is said', objects: [workload(oneContainer())], want: ['Deployment web spec.template.spec'] },
  { name: 'said so', objects: [workload(oneContainer({}, { automountServiceAccountToken: true })), account], want: ['Deployment web spec.template.spec.automountServiceAccountToken'] },
  { name: 'good', objects: [workload(oneContainer({}, { automountServiceAccountToken: false }))], want: [] },
  { name: 'look-alike: an account of its own', objects: [workload(oneContainer({}, { serviceAccountName: 'web' }))], want: [] },
  { name: 'look-alike: the default account mounts none', objects: [workload(oneContainer()), account], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(serviceAccountTokenMounted, { objects })).toEqual(want))
