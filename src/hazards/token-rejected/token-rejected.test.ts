import { expect, test } from 'vitest'
import { ago, container, crashed, deployment, log, logNow, running, viewOf } from '../testing/cluster.ts'
import { job } from '../testing/workloads.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { tokenRejected } from './token-rejected.ts'

const crash = crashed({ exitCode: 1 })
const one = deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [crash] })

test.each([
  { name: 'expired, after more than an hour', view: viewOf(job('export', { spec: container(), pods: [{ state: { state: { running: { startedAt: ago(240) } } }, minutes: 240 }] }), [logNow('export-p0', 'kubernetes.client.exceptions.ApiException: (401) Reason: Unauthorized')]), want: [{ subject: 'Job shop/export', plans: [] }] },
  { name: 'the last rollout took the token away: back', view: viewOf(deployment('op', { revisions: [{ spec: container(), minutes: 900 }, { spec: { ...container(), automountServiceAccountToken: false }, minutes: 20 }], pods: [crash] }), [log('op-h2-p0', 'open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory')]), want: [{ subject: 'Deployment shop/op', plans: [['roll back Deployment shop/op from revision 2 to 1']] }] },
  { name: 'the server asks for credentials', view: viewOf(one, [log('op-h1-p0', 'error: You must be logged in to the server (the server has asked for the client to provide credentials)')]), want: [{ subject: 'Deployment shop/op', plans: [] }] },
  { name: 'look-alike: 403 is a missing right', view: viewOf(one, [log('op-h1-p0', 'pods is forbidden: User "system:serviceaccount:shop:op" cannot list resource "pods" (403)')]), want: [] },
  { name: 'look-alike: 401 of somebody else', view: viewOf(one, [log('op-h1-p0', 'GET https://api.pay.example/v1: 401 Unauthorized')]), want: [] },
  { name: 'good', view: viewOf(deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })), want: [] },
])('$name', ({ view, want }) => expect(seenBy(tokenRejected, view)).toEqual(want))
