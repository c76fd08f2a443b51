import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { envDefinedTwice } from './env-defined-twice.ts'

const env = (...names: string[]) => ({ env: names.map((name) => ({ name, value: 'x' })) })

test.each([
  { name: 'twice', objects: [workload(oneContainer(env('A', 'B', 'A')))], want: ['Deployment web spec.template.spec.containers.0.env.2'] },
  { name: 'good', objects: [workload(oneContainer(env('A', 'B')))], want: [] },
  { name: 'look-alike: in two containers', objects: [workload({ containers: [{ name: 'a', image: 'a', ...env('A') }, { name: 'b', image: 'b', ...env('A') }] })], want: [] },
  { name: 'look-alike: env wins over envFrom', objects: [workload(oneContainer({ ...env('A'), envFrom: [{ configMapRef: { name: 'c' } }] }))], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(envDefinedTwice, { objects })).toEqual(want))
