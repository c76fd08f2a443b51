import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { sshInContainer } from './ssh-in-container.ts'

const port = (fields: object) => [workload(oneContainer({ ports: [fields] }))]

test.each([
  { name: 'SSH', objects: port({ containerPort: 22 }), want: ['Deployment web spec.template.spec.containers.0.ports.0'] },
  { name: 'good', objects: port({ containerPort: 8080 }), want: [] },
  { name: 'look-alike: UDP', objects: port({ containerPort: 22, protocol: 'UDP' }), want: [] },
  { name: 'look-alike: a git server on its own port', objects: port({ containerPort: 2222 }), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(sshInContainer, { objects })).toEqual(want))
