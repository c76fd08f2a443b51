import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { probePortUnknown } from './probe-port-unknown.ts'

const http = (port: number | string) => ({ readinessProbe: { httpGet: { port } } })
const ports = [{ name: 'http', containerPort: 8080 }]
const field = ['Deployment web spec.template.spec.containers.0.readinessProbe.httpGet.port']

test.each([
  { name: 'a name that no port has', spec: oneContainer({ ports, ...http('htpp') }), want: field },
  { name: 'a name, and nothing is declared', spec: oneContainer(http('http')), want: field },
  { name: 'a number beside those that are declared', spec: oneContainer({ ports, ...http(8081) }), want: field },
  { name: 'over TCP', spec: oneContainer({ ports, livenessProbe: { tcpSocket: { port: 1 } } }), want: ['Deployment web spec.template.spec.containers.0.livenessProbe.tcpSocket.port'] },
  { name: 'good: by name', spec: oneContainer({ ports, ...http('http') }), want: [] },
  { name: 'good: by number, as text', spec: oneContainer({ ports, ...http('8080') }), want: [] },
  { name: 'look-alike: nothing is declared, which is allowed', spec: oneContainer(http(8080)), want: [] },
  { name: 'look-alike: a sidecar serves it', spec: { containers: [{ name: 'a', image: 'a', ports, ...http(15020) }, { name: 'proxy', image: 'p', ports: [{ containerPort: 15020 }] }] }, want: [] },
  { name: 'look-alike: gRPC', spec: oneContainer({ ports, readinessProbe: { grpc: { port: 9 } } }), want: [] },
])('$name', ({ spec, want }) => expect(fieldsFound(probePortUnknown, { objects: [workload(spec)] })).toEqual(want))
