import { expect, test } from 'vitest'
import { clusterObject, container, deployment, event, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { webhookFailsClosed } from './webhook-fails-closed.ts'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'

const hook = (failurePolicy: string) => clusterObject('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'w', { webhooks: [{ name: 'check.test', failurePolicy, clientConfig: { service: { namespace: 'shop', name: 'guard' } } }] })
const blocked = [...deployment('web', { revisions: [{ spec: container(), minutes: 20 }] }), event({ kind: 'ReplicaSet', name: 'web-h1' }, { reason: 'FailedCreate', message: 'Error creating: Internal error occurred: failed calling webhook "check.test": no endpoints available' })]

test.each([
  { name: 'its Service is dead and it refuses everything', view: viewOf([hook('Fail'), service('guard'), blocked]), want: [{ subject: 'ValidatingWebhookConfiguration w', plans: [] }] },
  { name: 'its configuration was not collected: the Service that the refusal names', view: viewOf([deployment('w', { revisions: [{ spec: container(), minutes: 20 }] }), event({ kind: 'ReplicaSet', name: 'w-h1' }, { reason: 'FailedCreate', message: 'Error creating: Internal error occurred: failed calling webhook "check.test": failed to call webhook: Post "https://guard.shop.svc:443/v?timeout=10s": x509: certificate signed by unknown authority' })]), want: [{ subject: 'Service shop/guard', plans: [] }] },
  { name: 'look-alike: it ignores failures', view: viewOf([hook('Ignore'), service('guard'), blocked]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(webhookFailsClosed, view)).toEqual(want))

const hooked = (failurePolicy?: string) => clusterObject('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'm', { webhooks: [{ name: 'a.example', clientConfig: { service: { namespace: 'shop', name: 'web' } }, ...(failurePolicy === undefined ? {} : { failurePolicy }) }] })

test.each([
  { name: 'one pod answers it', objects: [hooked(), service('web'), workload(oneContainer(), { replicas: 1 })], want: ['MutatingWebhookConfiguration m webhooks.0'] },
  { name: 'good', objects: [hooked(), service('web'), workload(oneContainer(), { replicas: 2 })], want: [] },
  { name: 'look-alike: it may be left out', objects: [hooked('Ignore'), service('web'), workload(oneContainer())], want: [] },
  { name: 'look-alike: what answers was not scanned', objects: [hooked(), service('web')], want: [] },
])('in files: $name', ({ objects, want }) => expect(fieldsFound(webhookFailsClosed, { objects })).toEqual(want))
