import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { service } from '../testing/cluster.ts'
import { livenessMissing } from './liveness-missing.ts'

const probe = { tcpSocket: { port: 80 } }

test.each([
  { name: 'none', objects: [workload(oneContainer()), service('web')], want: ['Deployment web spec.template.spec.containers'] },
  { name: 'good', objects: [workload(oneContainer({ livenessProbe: probe })), service('web')], want: [] },
  { name: 'look-alike: nobody calls it', objects: [workload(oneContainer())], want: [] },
  { name: 'look-alike: one of two', objects: [workload({ containers: [{ name: 'a', image: 'a', livenessProbe: probe }, { name: 'b', image: 'b' }] }), service('web')], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(livenessMissing, { objects })).toEqual(want))
