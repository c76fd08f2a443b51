import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { probesIdentical } from './probes-identical.ts'

const probe = { httpGet: { path: '/', port: 80 }, failureThreshold: 3 }
const field = ['Deployment web spec.template.spec.containers.0.livenessProbe']

test.each([
  { name: 'the same', container: { livenessProbe: probe, readinessProbe: probe }, want: field },
  { name: 'the same, and liveness has less patience', container: { livenessProbe: { ...probe, failureThreshold: 1 }, readinessProbe: probe }, want: field },
  { name: 'the same, one with its defaults written out', container: { livenessProbe: { httpGet: probe.httpGet, periodSeconds: 10 }, readinessProbe: probe }, want: field },
  { name: 'good: more patience', container: { livenessProbe: { ...probe, failureThreshold: 10 }, readinessProbe: probe }, want: [] },
  { name: 'look-alike: another path', container: { livenessProbe: { httpGet: { path: '/live', port: 80 } }, readinessProbe: probe }, want: [] },
  { name: 'look-alike: one of them', container: { readinessProbe: probe }, want: [] },
])('$name', ({ container, want }) => expect(fieldsFound(probesIdentical, { objects: [workload(oneContainer(container))] })).toEqual(want))
