/**
 * What admission does to a new pod, in the order of `pkg/kubeapiserver/options/plugins.go`: LimitRanger,
 * ServiceAccount, Priority, DefaultTolerationSeconds, RuntimeClass, PodTopologyLabels.
 *
 * What only refuses (limits, an overhead of its own, pod security, quotas) is asked once the object is complete and well (`create.ts`).
 * Not modelled here: webhooks (nobody can know their answers from a snapshot).
 */

import type { Container, PodSpec, Toleration, Volume } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { withLimitDefaults } from './admit-limit-range.ts'
import { withRuntimeClass } from './admit-runtime-class.ts'
import type { ApiEnvironment } from './environment.ts'
import { generatedSuffix } from './object-names.ts'
import { forbidden } from './status-error.ts'
import { withTopologyLabels } from './topology-labels.ts'

const PODS = { group: '', plural: 'pods' }

export function admitPod(environment: ApiEnvironment, pod: KubeObject): KubeObject {
  const name = pod.metadata.name ?? ''
  const limited = withLimitDefaults(pod, environment.store)
  const spec = limited['spec'] as PodSpec
  const accounted = withServiceAccount(environment, limited, spec)
  const prioritised = withPriority(environment, name, accounted)
  const admitted = { ...limited, spec: withRuntimeClass(environment.store, name, withDefaultTolerations(environment, prioritised)) }
  return withTopologyLabels(environment, admitted, spec.nodeName ?? '')
}

/** `plugin/pkg/admission/serviceaccount`: the account must exist; its token is mounted unless it says no. */
function withServiceAccount(environment: ApiEnvironment, pod: KubeObject, spec: PodSpec): PodSpec {
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return spec
  const { namespace = '', name = '' } = pod.metadata
  const accountName = spec.serviceAccountName ?? 'default'
  const account = environment.store.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: accountName }) as
    | (KubeObject & { automountServiceAccountToken?: boolean; imagePullSecrets?: readonly object[] })
    | undefined
  if (account === undefined) {
    throw forbidden(PODS, name, `error looking up service account ${namespace}/${accountName}: serviceaccount "${accountName}" not found`)
  }
  const pullSecrets = spec.imagePullSecrets === undefined && account.imagePullSecrets !== undefined ? { imagePullSecrets: account.imagePullSecrets } : {}
  const named = { ...spec, serviceAccountName: accountName, serviceAccount: accountName, ...pullSecrets } as PodSpec
  const isMounted = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true
  return isMounted ? withToken(environment, named) : named
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
/** The token lives an hour and seven seconds: the seven tell it from one that a user asked for. */
const TOKEN_SECONDS = 3607

function withToken(environment: ApiEnvironment, spec: PodSpec): PodSpec {
  const lacking = (container: Container): boolean => !(container.volumeMounts ?? []).some((mount) => mount.mountPath === TOKEN_PATH)
  if (![...spec.containers, ...(spec.initContainers ?? [])].some(lacking)) return spec
  const volume = spec.volumes?.find((candidate) => candidate.name.startsWith('kube-api-access-'))?.name ?? `kube-api-access-${generatedSuffix(environment.rng)}`
  const mounted = (container: Container): Container =>
    lacking(container) ? { ...container, volumeMounts: [...(container.volumeMounts ?? []), { name: volume, readOnly: true, mountPath: TOKEN_PATH }] } : container
  const volumes = spec.volumes?.some(({ name }) => name === volume) === true ? spec.volumes : [...(spec.volumes ?? []), tokenVolume(volume)]
  return {
    ...spec,
    volumes,
    containers: spec.containers.map(mounted),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(mounted) }),
  }
}

const TOKEN_SOURCES = Object.freeze({
  defaultMode: 420,
  sources: [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
  ],
})

function tokenVolume(name: string): Volume {
  return { name, projected: TOKEN_SOURCES } as unknown as Volume
}

/** `plugin/pkg/admission/priority`: the class decides priority and preemption policy. */
export function withPriority(environment: ApiEnvironment, podName: string, spec: PodSpec): PodSpec {
  const className = spec.priorityClassName
  const found = className === undefined || className === '' ? globalDefaultClass(environment) : classNamed(environment, className)
  if (found === undefined && className !== undefined && className !== '') throw forbidden(PODS, podName, `no PriorityClass with name ${className} was found`)
  const { value = 0, preemptionPolicy = 'PreemptLowerPriority' } = (found ?? {}) as { value?: number; preemptionPolicy?: string }
  if (spec.priority !== undefined && spec.priority !== value) {
    throw forbidden(PODS, podName, `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`)
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw forbidden(PODS, podName, `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`)
  }
  const name = found?.metadata.name
  return { ...spec, priority: value, preemptionPolicy, ...(name === undefined ? {} : { priorityClassName: name }) }
}

function classNamed(environment: ApiEnvironment, name: string): KubeObject | undefined {
  return environment.store.get({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', name })
}

/** Of several the lowest: so it was when the second could still be made. */
function globalDefaultClass(environment: ApiEnvironment): KubeObject | undefined {
  const defaults = [...environment.store.list('scheduling.k8s.io/PriorityClass')].filter((candidate) => candidate['globalDefault'] === true)
  return defaults.sort((left, right) => Number(left['value'] ?? 0) - Number(right['value'] ?? 0))[0]
}

const UNREADY_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

/** `plugin/pkg/admission/defaulttolerationseconds`. */
export function withDefaultTolerations(environment: ApiEnvironment, spec: PodSpec): PodSpec {
  const given = spec.tolerations ?? []
  const tolerates = (key: string): boolean =>
    given.some((toleration) => (toleration.key === key || (toleration.key ?? '') === '') && ['NoExecute', '', undefined].includes(toleration.effect))
  const added = UNREADY_TAINTS.filter((key) => !tolerates(key)).map(
    (key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: environment.profile.defaultTolerationSeconds }),
  )
  return added.length === 0 ? spec : { ...spec, tolerations: [...given, ...added] }
}
