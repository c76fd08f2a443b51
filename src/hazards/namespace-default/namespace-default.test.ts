import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { namespaceDefault } from './namespace-default.ts'

test.each([
  { name: 'default', objects: [workload(oneContainer(), { namespace: 'default' })], want: ['Deployment web metadata'] },
  { name: 'good', objects: [workload(oneContainer())], want: [] },
  { name: 'look-alike: a name that contains it', objects: [workload(oneContainer(), { namespace: 'default-apps' })], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(namespaceDefault, { objects })).toEqual(want))
