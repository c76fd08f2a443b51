import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { runtimeSocketMounted } from './runtime-socket-mounted.ts'

const mounting = (volume: object) => [workload(oneContainer({}, { volumes: [{ name: 'v', ...volume }] }))]

test.each([
  { name: 'docker', objects: mounting({ hostPath: { path: '/var/run/docker.sock' } }), want: ['Deployment web spec.template.spec.volumes.0.hostPath.path'] },
  { name: 'the folder of containerd', objects: mounting({ hostPath: { path: '/run/containerd' } }), want: ['Deployment web spec.template.spec.volumes.0.hostPath.path'] },
  { name: 'good', objects: mounting({ emptyDir: {} }), want: [] },
  { name: 'look-alike: another socket', objects: mounting({ hostPath: { path: '/run/csi/csi.sock' } }), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(runtimeSocketMounted, { objects })).toEqual(want))
