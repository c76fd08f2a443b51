import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { emptydirWithoutLimit } from './emptydir-without-limit.ts'

const scratch = (emptyDir: object, container: object = {}) => [workload(oneContainer(container, { volumes: [{ name: 'tmp', emptyDir }] }))]

test.each([
  { name: 'no bound', objects: scratch({}), want: ['Deployment web spec.template.spec.volumes.0.emptyDir'] },
  { name: 'in memory', objects: scratch({ medium: 'Memory' }), want: ['Deployment web spec.template.spec.volumes.0.emptyDir'] },
  { name: 'good', objects: scratch({ sizeLimit: '1Gi' }), want: [] },
  { name: 'look-alike: bounded otherwise', objects: scratch({}, { resources: { limits: { 'ephemeral-storage': '1Gi' } } }), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(emptydirWithoutLimit, { objects })).toEqual(want))
