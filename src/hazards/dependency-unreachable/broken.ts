/** A reference that leads nowhere: no Service of that name, not at that port, or nobody behind it. */

import { serviceOfReference, type HostReference } from '../../model/topology/host-references.ts'
import { isServed, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'

export interface Broken {
  readonly reference: HostReference
  readonly state: 'no-service' | 'no-port' | 'not-served'
  readonly service: ServiceObject | undefined
}

export function brokenReference(view: View, reference: HostReference): Broken[] {
  const service = serviceOfReference(view, reference)
  if (service === undefined) return couldBeService(view, reference) ? [{ reference, state: 'no-service', service }] : []
  const ports = service.spec?.ports ?? []
  const headless = service.spec?.clusterIP === 'None'
  if (reference.port !== undefined && ports.length > 0 && !headless && service.spec?.type !== 'ExternalName' && !ports.some((port) => port.port === reference.port)) return [{ reference, state: 'no-port', service }]
  return isServed(view, service) ? [] : [{ reference, state: 'not-served', service }]
}

/** A short name may be anything; one with `.svc` can only be a Service. A second label must be a namespace we know. */
function couldBeService(view: View, reference: HostReference): boolean {
  if (reference.form === 'fqdn') return true
  return !reference.host.includes('.') || view.list('', 'Service', reference.namespace).length > 0 || view.get({ apiVersion: 'v1', kind: 'Namespace', name: reference.namespace }) !== undefined
}
