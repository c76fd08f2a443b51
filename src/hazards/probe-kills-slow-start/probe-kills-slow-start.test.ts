import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { ago, container, deployment, type PodDraft } from '../testing/cluster.ts'
import { probeKillsSlowStart } from './probe-kills-slow-start.ts'

const probe = { httpGet: { path: '/', port: 80 } }
const liveness = ['Deployment web spec.template.spec.containers.0.livenessProbe']
/** Ready so many minutes after its process began. */
const started = (minutes: number, restarts = 0): PodDraft => ({ state: { restartCount: restarts, ready: true, state: { running: { startedAt: ago(100) } } }, status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(100 - minutes) }] } })
const measured = (draft: PodDraft, probes: object = { livenessProbe: probe }) => deployment('web', { revisions: [{ spec: container(probes), minutes: 200 }], pods: [draft] })

test.each([
  { name: 'readiness waits longer than liveness lives', objects: [workload(oneContainer({ livenessProbe: { ...probe, initialDelaySeconds: 15, periodSeconds: 10, failureThreshold: 3 }, readinessProbe: { ...probe, initialDelaySeconds: 60 } }))], want: liveness },
  { name: 'the start that was measured', objects: measured(started(1)), want: liveness },
  { name: 'the start that was measured, with a startup probe that is too short', objects: measured(started(1), { livenessProbe: probe, startupProbe: { ...probe, periodSeconds: 5 } }), want: ['Deployment web spec.template.spec.containers.0.startupProbe'] },
  { name: 'an answer may take longer than the pause', objects: [workload(oneContainer({ readinessProbe: { ...probe, timeoutSeconds: 30 } }))], want: ['Deployment web spec.template.spec.containers.0.readinessProbe.timeoutSeconds'] },
  { name: 'good', objects: [workload(oneContainer({ livenessProbe: { ...probe, initialDelaySeconds: 60 }, readinessProbe: probe }))], want: [] },
  { name: 'good: a quick start', objects: measured(started(0.2)), want: [] },
  { name: 'look-alike: a startup probe holds liveness back', objects: [workload(oneContainer({ livenessProbe: probe, startupProbe: { ...probe, failureThreshold: 60 }, readinessProbe: { ...probe, initialDelaySeconds: 60 } }))], want: [] },
  { name: 'look-alike: late because of a restart', objects: measured(started(1, 2)), want: [] },
  { name: 'look-alike: it waited hours for something else', objects: measured(started(90)), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(probeKillsSlowStart, { objects })).toEqual(want))
