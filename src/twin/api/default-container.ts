/**
 * Defaults of containers and volumes: `pkg/apis/core/v1/defaults.go`.
 */

import type { Container, Probe, Volume } from 'kubernetes-types/core/v1.d.ts'
import { canonicalQuantity, canonicalResources } from './canonical-quantities.ts'
import { fill, within, withinEach } from './fill.ts'

export function defaultContainer(container: Container): Container {
  let filled = fill(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: defaultPullPolicy(container.image ?? ''),
    resources: EMPTY,
  })
  filled = within(filled, 'resources', canonicalResources)
  filled = withinEach(filled, 'ports', (port: object) => fill(port, { protocol: 'TCP' }))
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) filled = within(filled, probe, defaultProbe)
  filled = within(filled, 'lifecycle', defaultLifecycle)
  return withinEach(filled, 'env', (variable: object) =>
    within(variable, 'valueFrom', (source: object) => within(within(source, 'fieldRef', (field: object) => fill(field, { apiVersion: 'v1' })), 'resourceFieldRef', (field: object) => fill(field, { divisor: '0' }))),
  )
}

const EMPTY = Object.freeze({})

/** `:latest` and untagged images are pulled at every start; a digest or another tag only when absent. */
function defaultPullPolicy(image: string): string {
  if (image === '' || image.includes('@')) return 'IfNotPresent'
  const lastPart = image.slice(image.lastIndexOf('/') + 1)
  const colon = lastPart.indexOf(':')
  return colon < 0 || lastPart.slice(colon + 1) === 'latest' ? 'Always' : 'IfNotPresent'
}

function defaultProbe(probe: Probe): Probe {
  const filled = fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  return within(defaultHandler(filled), 'grpc', (grpc: object) => fill(grpc, { service: '' }))
}

function defaultLifecycle(lifecycle: object): object {
  return within(within(lifecycle, 'postStart', defaultHandler), 'preStop', defaultHandler)
}

function defaultHandler<T extends object>(handler: T): T {
  return within(handler, 'httpGet', (get: object) => fill((get as { path?: string }).path === '' ? { ...get, path: '/' } : get, { path: '/', scheme: 'HTTP' }))
}

/** 0644: configMap, secret, downwardAPI and projected volumes. */
const DEFAULT_MODE = 420
const TOKEN_EXPIRATION_SECONDS = 3600

export function defaultVolume(volume: Volume): Volume {
  let filled: Volume = Object.keys(volume).length === 1 ? { ...volume, emptyDir: {} } : volume
  for (const source of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    filled = within(filled, source, (fields: object) => fill(fields, { defaultMode: DEFAULT_MODE }))
  }
  filled = within(filled, 'emptyDir', (directory: object) => within(directory, 'sizeLimit', canonicalQuantity))
  filled = within(filled, 'downwardAPI', defaultFieldItems)
  filled = within(filled, 'projected', (projected: object) => withinEach(projected, 'sources', defaultProjection))
  return within(filled, 'hostPath', (path: object) => fill(path, { type: '' }))
}

function defaultProjection(source: object): object {
  const withToken = within(source, 'serviceAccountToken', (token: object) => fill(token, { expirationSeconds: TOKEN_EXPIRATION_SECONDS }))
  return within(withToken, 'downwardAPI', defaultFieldItems)
}

function defaultFieldItems(downward: object): object {
  return withinEach(downward, 'items', (item: object) => within(item, 'fieldRef', (field: object) => fill(field, { apiVersion: 'v1' })))
}
