/** Experiments of Litmus (litmuschaos.io/v1alpha1): an engine names the application, and its status says whether an experiment runs. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { parseSelector } from '../../model/kube/parse-selector.ts'
import { matchesRequirement } from '../../model/kube/selector.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'
import type { Experiment, Harm } from './experiment.ts'
import { chosenPods } from './targets.ts'

interface Variable {
  readonly name: string
  readonly value?: string
}

interface Engine {
  readonly engineState?: string
  readonly appinfo?: { readonly appns?: string; readonly applabel?: string }
  readonly experiments?: readonly { readonly name: string; readonly spec?: { readonly components?: { readonly env?: readonly Variable[] } } }[]
}

interface EngineStatus {
  readonly engineStatus?: string
  readonly experiments?: readonly { readonly name: string; readonly status?: string; readonly lastUpdateTime?: string }[]
}

export function litmusExperiments(view: View): Experiment[] {
  return view.list('litmuschaos.io', 'ChaosEngine').flatMap((object) => experimentOf(view, object))
}

function experimentOf(view: View, object: KubeObject): Experiment[] {
  const [spec, status] = [object['spec'] as Engine | undefined, object['status'] as EngineStatus | undefined]
  const works = spec?.engineState !== 'stop' && (status?.engineStatus === undefined || status.engineStatus === 'initialized')
  if (spec === undefined || !works || object.metadata.deletionTimestamp !== undefined) return []
  const names = (spec.experiments ?? []).map(({ name }) => name)
  const { appns, applabel = '' } = spec.appinfo ?? {}
  const nodes = (spec.experiments ?? []).flatMap((experiment) => experiment.spec?.components?.env ?? []).filter(({ name }) => name === 'TARGET_NODE' || name === 'TARGET_NODES').flatMap(({ value = '' }) => value.split(',')).filter((name) => name !== '')
  return [
    {
      object,
      harm: harmOf(names),
      does: `runs ${names.join(', ') || 'experiments'} on`,
      targets: applabel === '' ? [] : chosenPods(view, { namespaces: [appns ?? object.metadata.namespace ?? 'default'] }).filter((pod) => matches(applabel, pod.metadata.labels)),
      nodes,
      confirmed: status?.engineStatus === 'initialized',
      momentary: names.length > 0 && names.every((name) => /(?:delete|kill|restart)$/.test(name)),
      path: 'spec.experiments',
      sinceMs: parseTimeMs(status?.experiments?.find((one) => one.status === 'Running')?.lastUpdateTime) ?? parseTimeMs(object.metadata.creationTimestamp),
      stop: 'stop it by setting spec.engineState to stop',
    },
  ]
}

function matches(text: string, labels: Readonly<Record<string, string>> | undefined): boolean {
  const parsed = parseSelector(text)
  return parsed !== undefined && parsed.every((requirement) => matchesRequirement(requirement, labels ?? {}))
}

/** Experiments of its hub are named after what they touch. */
function harmOf(names: readonly string[]): Harm {
  const all = names.join(' ')
  if (/network|dns|http/.test(all)) return 'network'
  if (/node|kubelet|docker-service/.test(all)) return 'node'
  if (/cpu|memory|stress/.test(all)) return 'load'
  if (/disk|io-/.test(all)) return 'disk'
  return /delete|kill/.test(all) ? 'process' : 'other'
}
