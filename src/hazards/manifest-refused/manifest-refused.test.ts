import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { manifestRefused } from './manifest-refused.ts'

const causes = (objects: ReturnType<typeof workload>[]) => findingsOf(manifestRefused, { objects }).map(({ cause }) => cause)

test.each([
  { name: 'a selector of other pods', objects: [workload(oneContainer(), { fields: { selector: { matchLabels: { app: 'other' } } } })], want: ['a selector that its template does not carry'] },
  { name: 'no selector', objects: [workload(oneContainer())], want: ['no selector'] },
  { name: 'a rollout that may do nothing', objects: [ok({}, {}, { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } })], want: ['a rollout that may do nothing'] },
  { name: 'a job that always restarts', objects: [workload(oneContainer(), { kind: 'Job' })], want: ['a restart policy that this kind does not have'] },
  { name: 'a Deployment that never does', objects: [ok({}, { restartPolicy: 'Never' })], want: ['a restart policy that this kind does not have'] },
  { name: 'ports and their names', objects: [ok({ ports: [{ containerPort: 70_000 }, { name: 'a', containerPort: 1 }, { name: 'a', containerPort: 2 }] })], want: ['a port that is none', 'a name that is given twice'] },
  { name: 'two containers of one name', objects: [workload({ containers: [{ name: 'a', image: 'a' }, { name: 'a', image: 'b' }] }, { kind: 'Pod' })], want: ['a name that is given twice'] },
  { name: 'a mount without its volume', objects: [ok({ volumeMounts: [{ name: 'data', mountPath: '/d' }] })], want: ['a mount without its volume'] },
  { name: 'amounts', objects: [ok({ resources: { requests: { cpu: '2', memory: '12MB' }, limits: { cpu: '1' } } })], want: ['a quantity that is none', 'a request above its limit'] },
  { name: 'a name that is too long', objects: [ok({ ports: [{ name: 'metrics-and-health-checks', containerPort: 80 }] })], want: ['a name that a port cannot have'] },
  { name: 'spread constraints', objects: [ok({}, { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'a', whenUnsatisfiable: 'ScheduleAnyway' }, { maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }, { maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', minDomains: 2 }] })], want: ['a spread constraint that is none', 'a spread constraint that is none'] },
  { name: 'no name server', objects: [ok({}, { dnsPolicy: 'None' })], want: ['no name server'] },
  { name: 'good', objects: [ok({ resources: { requests: { cpu: '100m' }, limits: { cpu: '1' } }, ports: [{ name: 'http', containerPort: 80 }] }), workload(oneContainer({}, { restartPolicy: 'OnFailure' }), { kind: 'CronJob', name: 'c' })], want: [] },
  { name: 'look-alike: the limit equals the request', objects: [ok({ resources: { requests: { memory: '1Gi' }, limits: { memory: '1024Mi' } } })], want: [] },
  { name: 'look-alike: the claims of a StatefulSet', objects: [workload(oneContainer({ volumeMounts: [{ name: 'data', mountPath: '/d' }] }), { kind: 'StatefulSet', fields: { selector: { matchLabels: { app: 'web' } }, volumeClaimTemplates: [{ metadata: { name: 'data' } }] } })], want: [] },
  { name: 'look-alike: what a template fills in', objects: [ok({ resources: { limits: { cpu: '{{CPU}}m' } }, ports: [{ containerPort: '${PORT}' }] })], want: [] },
  { name: 'look-alike: a template from elsewhere', objects: [workload(oneContainer(), { kind: 'Rollout', fields: { workloadRef: { kind: 'Deployment', name: 'web' } } })], want: [] },
])('$name', ({ objects, want }) => expect(causes(objects)).toEqual(want))

function ok(container: object, spec: object = {}, fields: object = {}) {
  return workload(oneContainer(container, spec), { fields: { selector: { matchLabels: { app: 'web' } }, ...fields } })
}
