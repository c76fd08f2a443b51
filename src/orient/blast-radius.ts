/** Who suffers from a cause: where it is felt, what it explains, and the Services and entrances in front of that. */

import { subjectOf, type Subject } from '../model/kube-object.ts'
import { isPod, isReady } from '../model/kube/workload.ts'
import { objectOf, uniqueSubjects } from '../model/topology/find-object.ts'
import { keyOf, workloadOf } from '../model/topology/ownership.ts'
import { servicesOfPod } from '../model/topology/services.ts'
import { ingressBackends } from '../model/topology/upstream.ts'
import type { View } from '../model/view.ts'
import type { Kept } from './consequences.ts'

export function blastRadiusOf(view: View, { finding, explained }: Kept): Subject[] {
  const felt = uniqueSubjects([finding, ...explained].flatMap((item) => [item.subject, ...item.symptoms]))
  const pods = felt.map((subject) => objectOf(view, subject)).filter((object) => object !== undefined && isPod(object)).filter((pod) => !isReady(pod))
  const services = new Map(pods.flatMap((pod) => servicesOfPod(view, pod)).map((service) => [keyOf(service), service]))
  const entrances = view.list('networking.k8s.io', 'Ingress').filter((ingress) =>
    [...services.values()].some((service) => service.metadata.namespace === ingress.metadata.namespace && ingressBackends(ingress).includes(service.metadata.name ?? '')),
  )
  return uniqueSubjects([...felt, ...pods.map((pod) => subjectOf(workloadOf(view, pod))), ...[...services.values()].map(subjectOf), ...entrances.map(subjectOf)])
}
