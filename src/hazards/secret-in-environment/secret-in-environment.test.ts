import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { secretInEnvironment } from './secret-in-environment.ts'

test.each([
  { name: 'a key', objects: [workload(oneContainer({ env: [{ name: 'A', value: 'x' }, { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }))], want: ['Deployment web spec.template.spec.containers.0.env.1'] },
  { name: 'all of it', objects: [workload(oneContainer({ envFrom: [{ secretRef: { name: 's' } }] }))], want: ['Deployment web spec.template.spec.containers.0.envFrom.0'] },
  { name: 'good', objects: [workload(oneContainer({}, { volumes: [{ name: 's', secret: { secretName: 's' } }] }))], want: [] },
  { name: 'look-alike: configuration', objects: [workload(oneContainer({ envFrom: [{ configMapRef: { name: 'c' } }] }))], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(secretInEnvironment, { objects })).toEqual(want))
