/**
 * Experiments of Chaos Mesh (chaos-mesh.org/v1alpha1). One works while its desired phase is Run, it is not paused, and a
 * record says that the fault is in; without a status it may or may not have begun.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import type { Experiment, Harm } from './experiment.ts'
import { chosenPods, podNamed, type PodChoice } from './targets.ts'

interface Selector {
  readonly namespaces?: readonly string[]
  readonly labelSelectors?: Readonly<Record<string, string>>
  readonly expressionSelectors?: PodChoice['expressions']
  readonly annotationSelectors?: Readonly<Record<string, string>>
  readonly pods?: Readonly<Record<string, readonly string[]>>
  readonly nodes?: readonly string[]
  readonly nodeSelectors?: Readonly<Record<string, string>>
}

interface Spec {
  readonly action?: string
  readonly selector?: Selector
  readonly target?: { readonly selector?: Selector }
  readonly stressors?: { readonly cpu?: object; readonly memory?: object }
}

interface Status {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  readonly experiment?: { readonly desiredPhase?: string; readonly containerRecords?: readonly { readonly id?: string; readonly phase?: string; readonly events?: readonly { readonly operation?: string; readonly timestamp?: string }[] }[] }
}

const KINDS: Readonly<Record<string, { readonly harm: Harm; readonly does: string }>> = {
  NetworkChaos: { harm: 'network', does: 'disturbs the network of' },
  DNSChaos: { harm: 'network', does: 'disturbs the name resolution of' },
  HTTPChaos: { harm: 'network', does: 'disturbs the requests of' },
  PodChaos: { harm: 'process', does: 'stops' },
  StressChaos: { harm: 'load', does: 'puts load on' },
  IOChaos: { harm: 'disk', does: 'disturbs the file access of' },
  BlockChaos: { harm: 'disk', does: 'disturbs the block devices of' },
  TimeChaos: { harm: 'other', does: 'shifts the clock of' },
  JVMChaos: { harm: 'other', does: 'disturbs the virtual machine of' },
  KernelChaos: { harm: 'other', does: 'makes the kernel fail under' },
}

export const CHAOS_MESH_KINDS = Object.keys(KINDS)

const MOMENTARY = new Set(['pod-kill', 'container-kill'])

export function chaosMeshExperiments(view: View): Experiment[] {
  return CHAOS_MESH_KINDS.flatMap((kind) => view.list('chaos-mesh.org', kind)).flatMap((object) => experimentOf(view, object))
}

function experimentOf(view: View, object: KubeObject): Experiment[] {
  const [spec, status] = [object['spec'] as Spec | undefined, object['status'] as Status | undefined]
  const known = KINDS[object.kind]
  if (known === undefined || spec === undefined || !mayWork(object, status)) return []
  const { action = '' } = spec
  return [
    {
      object,
      harm: known.harm,
      does: action === '' ? known.does : `(${action}) ${known.does}`,
      targets: targetsOf(view, object, spec, status),
      nodes: [],
      confirmed: status?.experiment !== undefined,
      momentary: MOMENTARY.has(action),
      path: action === '' ? 'spec.selector' : 'spec.action',
      sinceMs: injectedAtMs(status) ?? parseTimeMs(object.metadata.creationTimestamp),
      stop: `pause it with the annotation experiment.chaos-mesh.org/pause=true, or delete it${ownerText(object)}`,
    },
  ]
}

function mayWork(object: KubeObject, status: Status | undefined): boolean {
  if (object.metadata.annotations?.['experiment.chaos-mesh.org/pause'] === 'true' || object.metadata.deletionTimestamp !== undefined) return false
  if (status?.experiment === undefined) return true
  const says = (type: string): boolean => status.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true
  const { desiredPhase, containerRecords } = status.experiment
  const injected = containerRecords === undefined ? says('AllInjected') : containerRecords.some((record) => record.phase?.startsWith('Injected'))
  return desiredPhase === 'Run' && injected && !says('Paused')
}

/** Those that the records name, and those that the selectors would choose where the records name pods that are gone. */
function targetsOf(view: View, object: KubeObject, spec: Spec, status: Status | undefined): PodObject[] {
  const recorded = (status?.experiment?.containerRecords ?? []).filter((record) => record.phase?.startsWith('Injected')).flatMap(({ id }) => podNamed(view, id))
  if (recorded.length > 0) return [...new Set(recorded)]
  return [spec.selector, spec.target?.selector].flatMap((selector) => (selector === undefined ? [] : chosenPods(view, choiceOf(object, selector))))
}

function choiceOf(object: KubeObject, selector: Selector): PodChoice {
  const { namespaces = [], labelSelectors, expressionSelectors, annotationSelectors, pods, nodes, nodeSelectors } = selector
  return {
    namespaces: namespaces.length > 0 ? namespaces : [object.metadata.namespace ?? 'default'],
    ...(labelSelectors === undefined ? {} : { labels: labelSelectors }),
    ...(expressionSelectors === undefined ? {} : { expressions: expressionSelectors }),
    ...(annotationSelectors === undefined ? {} : { annotations: annotationSelectors }),
    ...(pods === undefined || Object.keys(pods).length === 0 ? {} : { names: pods }),
    ...(nodes === undefined || nodes.length === 0 ? {} : { nodes }),
    ...(nodeSelectors === undefined || Object.keys(nodeSelectors).length === 0 ? {} : { nodeLabels: nodeSelectors }),
  }
}

function injectedAtMs(status: Status | undefined): number | undefined {
  const times = (status?.experiment?.containerRecords ?? []).flatMap(({ events }) => events ?? []).filter(({ operation }) => operation === 'Apply').map(({ timestamp }) => parseTimeMs(timestamp)).filter((time) => time !== undefined)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** A schedule or a workflow would make it again. */
function ownerText(object: KubeObject): string {
  const [owner] = object.metadata.ownerReferences ?? []
  return owner === undefined ? '' : ` (${owner.kind} ${owner.name} made it and may make the next)`
}
