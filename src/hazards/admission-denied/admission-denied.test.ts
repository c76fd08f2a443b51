import { expect, test } from 'vitest'
import { container, deployment, event, object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { admissionDenied } from './admission-denied.ts'

const refused = (message: string) => event({ kind: 'ReplicaSet', name: 'web-h2' }, { reason: 'FailedCreate', message })
const web = deployment('web', { revisions: [{ spec: container(), minutes: 900, ready: 1 }, { spec: container({ securityContext: { privileged: true } }), minutes: 20 }] })

test.each([
  { name: 'pod security', view: viewOf([web, refused('Error creating: pods "w" is forbidden: violates PodSecurity "baseline:latest": privileged')]), want: [{ subject: 'Deployment shop/web', plans: [['roll back Deployment shop/web from revision 2 to 1']] }] },
  { name: 'an account that is a slip of one that is there', view: viewOf([deployment('web', { revisions: [{ spec: { ...container(), serviceAccountName: 'reportr' }, minutes: 900 }] }), object('v1', 'ServiceAccount', 'reporter'), event({ kind: 'ReplicaSet', name: 'web-h1' }, { reason: 'FailedCreate', message: 'Error creating: pods "web-" is forbidden: error looking up service account shop/reportr: serviceaccount "reportr" not found' })]), want: [{ subject: 'Deployment shop/web', plans: [['patch Deployment shop/web']] }] },
  { name: 'look-alike: a quota', view: viewOf([web, refused('Error creating: pods "w" is forbidden: exceeded quota: q')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(admissionDenied, view)).toEqual(want))
