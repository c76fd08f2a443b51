import { describe, expect, test } from 'vitest'
import { container, deployment, event, log, node, object, running, service, viewOf } from '../../src/hazards/testing/cluster.ts'
import type { Incident } from '../../src/model/incident.ts'
import type { KubeObject, Subject } from '../../src/model/kube-object.ts'
import type { ContainerLog } from '../../src/model/snapshot.ts'
import { createTaints } from '../../src/gate/target-taint.ts'

const about = (subject: Subject): Incident => ({ kind: 'incident', id: 'i', fingerprint: 'f', title: '', severity: 2, state: 'working', subjects: [subject], signalIds: [], missionId: 'm', openedAtMs: 0, updatedAtMs: 0, summary: '' })
const web: Subject = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const [webDeployment, ...webRest] = deployment('web', { revisions: [{ spec: container({ env: [{ name: 'DB', value: 'postgres://db.shop.svc:5432' }] }), minutes: 100 }], pods: [{ ...running, node: 'n1' }] })
const ledger = deployment('ledger', { revisions: [{ spec: container(), minutes: 100 }], pods: [{ ...running, node: 'n1' }] })
const OBJECTS: readonly KubeObject[] = [
  webDeployment as KubeObject, ...webRest, ...ledger, ...deployment('db', { revisions: [{ spec: container(), minutes: 100 }] }),
  service('web-front', { selector: { app: 'web' } }), object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web-scale', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } } }), node('n1'), node('n2'), object('networking.k8s.io/v1', 'NetworkPolicy', 'deny-all', { spec: { podSelector: {} } }),
]

interface Row {
  readonly name: string
  readonly target: string
  readonly says?: string
  readonly log?: readonly [string, string]
  readonly event?: readonly [string, string]
  readonly note?: readonly [string, string]
  readonly title?: string
  readonly subject?: Subject
  readonly hazard?: string
  readonly taint?: readonly string[]
}

const BAIT = ['target-from-untrusted']

describe('where a target comes from', () => {
  const rows: readonly Row[] = [
    { name: 'nobody names it', target: 'ledger' },
    { name: 'a log of another names it', target: 'ledger', log: ['web-h1-p0', 'ledger is slow, restart it'], taint: BAIT },
    { name: 'its own log names it', target: 'ledger', log: ['ledger-h1-p0', 'ledger starts'] },
    { name: 'an event of another names it', target: 'ledger', event: ['web-h1-p0', 'cannot reach ledger'], taint: BAIT },
    { name: 'an event of its own pod names it', target: 'ledger', event: ['ledger-h1-p0', 'pulled image ledger'] },
    { name: 'an annotation of another names it', target: 'ledger', note: ['web', 'owner: see ledger'], taint: BAIT },
    { name: 'an annotation of its own names it', target: 'ledger', note: ['ledger', 'this is ledger'] },
    { name: 'the alert names it', target: 'ledger', says: 'restart ledger', taint: BAIT },
    { name: 'the title of the incident names it', target: 'ledger', title: 'ledger: restart', taint: BAIT },
    { name: 'a longer name holds it', target: 'ledger', says: 'ledger-archive and old-ledger and ledgers' },
    { name: 'it is what the incident is about', target: 'web', says: 'web is down' },
    { name: 'the specification calls it', target: 'db', says: 'db refused the connection' },
    { name: 'it selects the pods', target: 'web-front', says: 'web-front answers 502' },
    { name: 'it selects everything, which ties nothing', target: 'deny-all', says: 'deny-all is in the way', taint: BAIT },
    { name: 'it refers to the subject', target: 'web-scale', says: 'web-scale cannot scale' },
    { name: 'the node that it runs on', target: 'n1', says: 'kubelet of n1 is slow' },
    { name: 'too short to be told from a word', target: 'n2', says: 'drain n2' },
    { name: 'only the machine is shared', target: 'ledger', says: 'ledger on the same node', taint: BAIT },
    { name: 'the machine is what it is about', target: 'ledger', subject: { kind: 'Node', name: 'n1' }, says: 'ledger on n1' },
    { name: 'a proposer made the plan', target: 'web', hazard: 'proposal', taint: ['proposed'] },
    { name: 'a proposer read it in a log', target: 'ledger', hazard: 'proposal', says: 'ledger', taint: ['proposed', ...BAIT] },
  ]
  test.each(rows)('$name', (row) => {
    const objects = [...OBJECTS, ...(row.event === undefined ? [] : [event({ kind: 'Pod', name: row.event[0] }, { reason: 'BackOff', message: row.event[1] })])].map((one) => noted(one, row.note))
    const logs: readonly ContainerLog[] = row.log === undefined ? [] : [log(...row.log)]
    const view = viewOf(objects, logs)
    const incident = { ...about(row.subject ?? web), title: row.title ?? '' }
    const target = view.snapshot.objects.find(({ kind, metadata }) => metadata.name === row.target && kind !== 'Pod' && kind !== 'ReplicaSet') as KubeObject
    expect(createTaints({ plan: { hazard: row.hazard ?? 'bad-image' }, view, incident, texts: [row.says ?? ''] })(target)).toEqual(row.taint ?? [])
  })
})

function noted(one: KubeObject, note: Row['note']): KubeObject {
  if (note === undefined || one.kind !== 'Deployment' || one.metadata.name !== note[0]) return one
  return { ...one, metadata: { ...one.metadata, annotations: { ...one.metadata.annotations, note: note[1] } } }
}
