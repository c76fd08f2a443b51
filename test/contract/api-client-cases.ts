/** Cases of the API contract as a program meets them: through the official client library. */

import { AppsV1Api, AuthorizationV1Api, CoreV1Api, CustomObjectsApi, KubeConfig, makeInformer, PatchStrategy, setHeaderOptions, VersionApi, type V1ConfigMap } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import type { ApiArena, ApiCase } from './api-arena.ts'

function configOf({ kubeconfigFile }: ApiArena): KubeConfig {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfigFile)
  return config
}

async function until(holds: () => boolean): Promise<void> {
  const clock = systemClock()
  const deadlineMs = clock.now() + 20_000
  while (!holds() && clock.now() < deadlineMs) await clock.sleep(20)
}

export const CLIENT_CASES: readonly ApiCase[] = [
  {
    name: 'typed calls: create, read, patch, scale, list by pages, delete',
    run: async (arena) => {
      const { namespace } = arena
      const apps = configOf(arena).makeApiClient(AppsV1Api)
      const labels = { app: 'web' }
      const body = { metadata: { name: 'web' }, spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] } } } }
      const made = await apps.createNamespacedDeployment({ namespace, body, fieldValidation: 'Strict' })
      expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date)
      const patch = { spec: { template: { spec: { containers: [{ name: 'app', image: 'registry.example/app:2' }] } } } }
      const patched = await apps.patchNamespacedDeployment({ namespace, name: 'web', body: patch }, setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch))
      expect(patched.spec?.template.spec?.containers[0]).toMatchObject({ name: 'app', image: 'registry.example/app:2', imagePullPolicy: 'IfNotPresent' })
      const applied = await apps.patchNamespacedDeployment({ namespace, name: 'web', fieldManager: 'program', force: true, body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels: { by: 'program' } } } }, setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply))
      expect(applied.metadata?.labels).toEqual({ by: 'program' })
      const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' })
      expect((await apps.replaceNamespacedDeploymentScale({ namespace, name: 'web', body: { ...scale, spec: { replicas: 1 } } })).spec?.replicas).toBe(1)
      expect((await apps.listNamespacedDeployment({ namespace, limit: 1, labelSelector: 'by=program' })).items).toHaveLength(1)
      await apps.deleteNamespacedDeployment({ namespace, name: 'web', propagationPolicy: 'Background' })
      await expect(apps.readNamespacedDeployment({ namespace, name: 'none' })).rejects.toMatchObject({ code: 404 })
    },
  },
  {
    name: 'an informer sees what is there and what becomes of it',
    run: async (arena) => {
      const { namespace } = arena
      const config = configOf(arena)
      const core = config.makeApiClient(CoreV1Api)
      const make = (name: string): Promise<V1ConfigMap> => core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { seen: 'yes' } } } })
      await make('first')
      const list = (): Promise<{ items: V1ConfigMap[] }> => core.listNamespacedConfigMap({ namespace, labelSelector: 'seen' })
      const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, list as never, 'seen')
      const events: string[] = []
      for (const event of ['add', 'update', 'delete'] as const) informer.on(event, ({ metadata }) => events.push(`${event} ${metadata?.name}`))
      informer.on('error', (error: unknown) => events.push(`error ${String(error)}`))
      await informer.start()
      await make('second')
      await until(() => events.includes('add second'))
      await core.patchNamespacedConfigMap({ namespace, name: 'first', body: { data: { a: '1' } } }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch))
      await until(() => events.includes('update first'))
      await core.deleteNamespacedConfigMap({ namespace, name: 'second' })
      await until(() => events.includes('delete second'))
      await informer.stop()
      expect(events).toEqual(['add first', 'add second', 'update first', 'delete second'])
    },
  },
  {
    name: 'what it may, which version, and objects without a type of their own',
    run: async (arena) => {
      const config = configOf(arena)
      const authorization = config.makeApiClient(AuthorizationV1Api)
      const review = await authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes: { verb: 'delete', resource: 'nodes' } } } })
      expect(review.status?.allowed).toBe(true)
      expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toMatch(/^v1\./)
      const objects = config.makeApiClient(CustomObjectsApi)
      const found = (await objects.listNamespacedCustomObject({ group: 'apps', version: 'v1', namespace: arena.namespace, plural: 'deployments' })) as { kind: string }
      expect(found.kind).toBe('DeploymentList')
      const core = config.makeApiClient(CoreV1Api)
      const token = await core.createNamespacedServiceAccountToken({ namespace: arena.namespace, name: 'default', body: { spec: { audiences: [] } } })
      expect(token.status?.token).toMatch(/^ey/)
    },
  },
]
