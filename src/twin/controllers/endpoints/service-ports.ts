/** Which ports of a pod a Service means (`getEndpointPorts` and `FindPort` of `k8s.io/endpointslice`). */

import type { Container, ServicePort } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { PodObject } from '../../../model/kube/workload.ts'
import type { Service } from 'kubernetes-types/core/v1.d.ts'

export type ServiceObject = KubeObject & Service

export interface EndpointPort {
  readonly name: string
  readonly protocol: string
  readonly port: number
  readonly appProtocol?: string
}

/** Ports whose name no container of the pod has are left out: the pod is then reached at the others only. */
export function portsOf({ spec }: ServiceObject, pod: PodObject): readonly EndpointPort[] {
  return (spec?.ports ?? []).flatMap((port) => {
    const number = targetPort(port, pod)
    const { name = '', protocol = 'TCP', appProtocol } = port
    return number === undefined ? [] : [{ name, protocol, port: number, ...(appProtocol === undefined ? {} : { appProtocol }) }]
  })
}

function targetPort({ targetPort: target, port, protocol = 'TCP' }: ServicePort, { spec }: PodObject): number | undefined {
  const wanted = (target ?? port) as string | number
  if (typeof wanted === 'number') return wanted
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }: { readonly restartPolicy?: string }) => restartPolicy === 'Always')
  const containers: readonly Container[] = [...(spec?.containers ?? []), ...sidecars]
  return containers.flatMap(({ ports = [] }) => ports).find((each) => each.name === wanted && (each.protocol ?? 'TCP') === protocol)?.containerPort
}
