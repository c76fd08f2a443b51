/** Work that ends: Jobs, CronJobs, and processes that outlive what they were given. */

import { refOf, type KubeObject } from '../../../src/model/kube-object.ts'
import { objectAlert, podAlert } from '../alerts.ts'
import type { Incident } from '../incident.ts'
import { cause } from '../parts.ts'
import type { Stage } from '../stage.ts'

function job(stage: Stage, name: string, container: object, spec: object = {}): KubeObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: stage.cast.namespace }, spec: { backoffLimit: 2, ...spec, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', ...container }] } } } }
}

export const jobs: readonly Incident[] = [
  {
    id: 'job-gives-up', family: 'control', title: 'A Job fails until its back-off limit', variants: 3, sparse: ['no-events'],
    play(stage) {
      const image = stage.cast.image('importer')
      const object = job(stage, stage.cast.name(), { image })
      stage.images({ image, exits: [{ code: 3, afterSeconds: 6, log: 'import failed: 1204 rows do not match the schema' }] })
      stage.apply(object)
      stage.pass(12)
      return { ...(stage.cast.chance(0.7) ? { alerts: [objectAlert(object)] } : {}), causes: [cause(['failed-job', 'container-exits'], { kind: 'Job', namespace: stage.cast.namespace, name: object.metadata.name ?? '' })], end: 'ask' }
    },
  },
  {
    id: 'job-image-missing', family: 'control', title: 'The runs of a CronJob cannot pull their image', variants: 2,
    play(stage) {
      const name = stage.cast.name()
      const image = stage.cast.image(name)
      const { spec } = job(stage, name, { image }) as unknown as { readonly spec: object }
      const cron: KubeObject = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name, namespace: stage.cast.namespace }, spec: { schedule: '*/10 * * * *', jobTemplate: { spec } } }
      stage.images({ image, exists: false })
      stage.apply(cron)
      stage.pass(26)
      return { alerts: [objectAlert(cron)], causes: [cause('bad-image', { kind: 'CronJob', namespace: stage.cast.namespace, name })], end: 'ask' }
    },
  },
  {
    id: 'suspended-and-forgotten', family: 'control', title: 'A CronJob was suspended by hand and never resumed; the alert says that it did not run', variants: 3, sparse: ['no-events', 'manifests'],
    play(stage) {
      const name = stage.cast.name()
      const { spec } = job(stage, name, { image: stage.cast.image(name) }) as unknown as { readonly spec: object }
      const cron: KubeObject = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name, namespace: stage.cast.namespace }, spec: { schedule: '*/15 * * * *', jobTemplate: { spec } } }
      stage.apply(cron)
      stage.pass(50)
      stage.twin.apiFor('jane@example.com').patch(refOf(cron), { type: 'merge', body: { spec: { suspend: true } } })
      stage.pass(120)
      return { alerts: [objectAlert(cron)], causes: [cause('cronjob-suspended', { kind: 'CronJob', namespace: stage.cast.namespace, name })], end: 'heal', healed: [{ type: 'field-equals', target: refOf(cron), path: 'spec.suspend', value: false }] }
    },
  },
  {
    id: 'token-ended-in-a-long-job', family: 'control', title: 'A long process does not reload its bound token and gets 401 from the API after an hour', variants: 2,
    play(stage) {
      const account = stage.cast.name()
      const app = stage.app({ replicas: 1, pod: { serviceAccountName: account } })
      stage.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace: app.namespace } })
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 3660, log: 'INFO watching SparkApplications\nkubernetes.client.exceptions.ApiException: (401) Reason: Unauthorized\nHTTP response body: {"kind":"Status","status":"Failure","message":"Unauthorized","code":401}' }] })
      stage.deploy(app)
      stage.pass(125)
      const [pod] = stage.podsOf(app)
      return { alerts: [podAlert(pod as KubeObject)], causes: [cause('token-rejected', app.subject)], end: 'ask' }
    },
  },
  {
    id: 'quota-of-objects', family: 'control', title: 'A CronJob cannot make its jobs: the quota of pods is used up', variants: 2,
    play(stage) {
      const namespace = `${stage.cast.namespace}-small`
      const app = stage.app({ namespace, replicas: 2 })
      const quota: KubeObject = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: stage.cast.name(), namespace }, spec: { hard: { pods: '2' } } }
      stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, quota)
      stage.deploy(app)
      stage.pass(5)
      const name = stage.cast.name()
      stage.apply({ ...job(stage, name, { image: stage.cast.image(name) }), metadata: { name, namespace } })
      stage.pass(15)
      return { alerts: [objectAlert(quota)], causes: [cause('quota-exceeded', { kind: 'ResourceQuota', namespace, name: quota.metadata.name ?? '' }, { kind: 'Job', namespace, name })], end: 'ask' }
    },
  },
]
