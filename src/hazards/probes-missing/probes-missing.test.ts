import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { service } from '../testing/cluster.ts'
import { probesMissing } from './probes-missing.ts'

const probe = { httpGet: { path: '/', port: 80 } }

test.each([
  { name: 'behind a Service', objects: [workload(oneContainer()), service('web')], want: ['Deployment web spec.template.spec.containers'] },
  { name: 'behind two Services: once', objects: [workload(oneContainer()), service('web'), service('other', { selector: { app: 'web' } })], want: ['Deployment web spec.template.spec.containers'] },
  { name: 'liveness says nothing about traffic', objects: [workload(oneContainer({ livenessProbe: probe })), service('web')], want: ['Deployment web spec.template.spec.containers'] },
  { name: 'good', objects: [workload(oneContainer({ readinessProbe: probe })), service('web')], want: [] },
  { name: 'look-alike: nobody calls it', objects: [workload(oneContainer()), service('api')], want: [] },
  { name: 'look-alike: a gate', objects: [workload(oneContainer({}, { readinessGates: [{ conditionType: 'x/y' }] })), service('web')], want: [] },
  { name: 'look-alike: the sidecar does not need one', objects: [workload({ containers: [{ name: 'a', image: 'a', readinessProbe: probe }, { name: 'b', image: 'b' }] }), service('web')], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(probesMissing, { objects })).toEqual(want))
