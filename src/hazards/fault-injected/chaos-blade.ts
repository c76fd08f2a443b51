/** Experiments of ChaosBlade (chaosblade.io/v1alpha1): matchers name the pods, and the phase says whether it runs. */

import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'
import type { Experiment, Harm } from './experiment.ts'
import { chosenPods } from './targets.ts'

interface Blade {
  readonly scope?: string
  readonly target?: string
  readonly action?: string
  readonly matchers?: readonly { readonly name: string; readonly value?: readonly string[] }[]
}

const HARMS: Readonly<Record<string, Harm>> = { network: 'network', dns: 'network', cpu: 'load', mem: 'load', disk: 'disk', pod: 'process', container: 'process', process: 'process' }

export function chaosBladeExperiments(view: View): Experiment[] {
  return view.list('chaosblade.io', 'ChaosBlade').flatMap((object) => {
    const phase = (object['status'] as { readonly phase?: string } | undefined)?.phase
    if ((phase !== undefined && phase !== 'Running') || object.metadata.deletionTimestamp !== undefined) return []
    const blades = (object['spec'] as { readonly experiments?: readonly Blade[] } | undefined)?.experiments ?? []
    return blades.map((blade, index) => experimentOf(view, { object, blade, index, confirmed: phase === 'Running' }))
  })
}

function experimentOf(view: View, parts: { readonly object: KubeObject; readonly blade: Blade; readonly index: number; readonly confirmed: boolean }): Experiment {
  const { object, blade, index, confirmed } = parts
  const { scope = '', target = '', action = '' } = blade
  return {
    object,
    harm: HARMS[target] ?? 'other',
    does: `runs ${[target, action].filter((word) => word !== '').join(' ')} on`,
    targets: scope === 'node' ? [] : podsOf(view, blade),
    nodes: scope === 'node' ? valuesOf(blade, 'names') : [],
    confirmed,
    momentary: action === 'delete' || action === 'remove' || action === 'kill',
    path: `spec.experiments[${index}]`,
    sinceMs: parseTimeMs(object.metadata.creationTimestamp),
    stop: 'end it by deleting it',
  }
}

function podsOf(view: View, blade: Blade): ReturnType<typeof chosenPods> {
  const [names, labels, namespaces] = [valuesOf(blade, 'names'), valuesOf(blade, 'labels'), valuesOf(blade, 'namespace')]
  if (namespaces.length === 0) return []
  const pods = chosenPods(view, { namespaces })
  if (names.length > 0) return pods.filter((pod) => names.includes(pod.metadata.name ?? ''))
  return pods.filter((pod) => labels.some((pair) => pod.metadata.labels?.[pair.split('=')[0] ?? ''] === pair.split('=')[1]))
}

function valuesOf(blade: Blade, name: string): readonly string[] {
  return blade.matchers?.find((matcher) => matcher.name === name)?.value ?? []
}
