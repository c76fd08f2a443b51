/**
 * Settings of the control plane that make it act otherwise than the twin, read from the flags of its pods where those are
 * there. Managed control planes show none of this: then the usual is taken, and `hidden-state.ts` says it.
 */

import { subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { goDurationMs } from '../go-duration.ts'
import { profileFor, type VersionProfile } from '../profile.ts'
import { componentsIn, type Component, type RunningComponent } from './component-flags.ts'
import { gapOf, type Affected, type Gap } from './gap.ts'

type Touches = (affected: Affected, objects: readonly KubeObject[]) => boolean

const writes: Touches = ({ written }) => written.length > 0
const makesPods: Touches = ({ written }) => written.some(({ operation, resource }) => operation === 'CREATE' && resource === 'pods')
const changesNodes: Touches = ({ nodes }) => nodes.size > 0
const movesAnything: Touches = (affected) => writes(affected, []) || affected.hasScheduled || changesNodes(affected, [])
const scales: Touches = (affected, objects) => objects.some((object) => object.kind === 'HorizontalPodAutoscaler' && affected.objects.has(targetOf(object)))

interface Setting {
  readonly of: Component
  readonly flag: string
  /** What the twin plays, in milliseconds or as a number. */
  usual(profile: VersionProfile): number
  readonly touches: Touches
}

const setting = (of: Component, touches: Touches) => (flag: string, usual: Setting['usual']): Setting => ({ of, flag, usual, touches })
const ofNodes = setting('kube-controller-manager', changesNodes)
const ofAutoscalers = setting('kube-controller-manager', scales)
const ofTolerations = setting('kube-apiserver', makesPods)

/** Flags by their names upstream, each beside the default that the profile took from there. */
const SETTINGS: readonly Setting[] = [
  ofNodes('node-monitor-grace-period', ({ nodeMonitorGraceMs }) => nodeMonitorGraceMs),
  ofNodes('node-monitor-period', ({ nodeMonitorPeriodMs }) => nodeMonitorPeriodMs),
  ofNodes('node-eviction-rate', ({ nodeEvictionRatePerSecond }) => nodeEvictionRatePerSecond),
  ofNodes('secondary-node-eviction-rate', ({ nodeEvictionSecondaryRatePerSecond }) => nodeEvictionSecondaryRatePerSecond),
  ofNodes('large-cluster-size-threshold', ({ largeZoneNodes }) => largeZoneNodes),
  ofNodes('unhealthy-zone-threshold', ({ unhealthyZoneShare }) => unhealthyZoneShare),
  ofAutoscalers('horizontal-pod-autoscaler-sync-period', ({ hpaSyncPeriodMs }) => hpaSyncPeriodMs),
  ofAutoscalers('horizontal-pod-autoscaler-tolerance', ({ hpaTolerance }) => hpaTolerance),
  ofAutoscalers('horizontal-pod-autoscaler-downscale-stabilization', ({ hpaDownscaleStabilisationMs }) => hpaDownscaleStabilisationMs),
  ofAutoscalers('horizontal-pod-autoscaler-cpu-initialization-period', ({ hpaCpuInitializationMs }) => hpaCpuInitializationMs),
  ofAutoscalers('horizontal-pod-autoscaler-initial-readiness-delay', ({ hpaInitialReadinessDelayMs }) => hpaInitialReadinessDelayMs),
  ofTolerations('default-not-ready-toleration-seconds', ({ defaultTolerationSeconds }) => defaultTolerationSeconds),
  ofTolerations('default-unreachable-toleration-seconds', ({ defaultTolerationSeconds }) => defaultTolerationSeconds),
]

export function controlPlaneSettings({ objects, clusterVersion }: Snapshot): Gap[] {
  const profile = profileFor(clusterVersion)
  const found = componentsIn(objects).flatMap((running) => deviationsOf(running, profile).map((deviation) => ({ ...deviation, pod: running.pod })))
  const bySentence = Map.groupBy(found, ({ says }) => says)
  return [...bySentence].flatMap(([says, group]) => gapOf(group.map(({ pod }) => pod), (names) => `${names} ${says}`, (_, affected) => group.some(({ touches }) => touches(affected, objects))))
}

interface Deviation {
  readonly says: string
  readonly touches: Touches
}

function deviationsOf({ component, flags }: RunningComponent, profile: VersionProfile): Deviation[] {
  const set = SETTINGS.filter(({ of }) => of === component).flatMap(({ flag, usual, touches }) => {
    const value = flags.get(flag)
    return value === undefined || numberOf(value) === usual(profile) ? [] : [{ says: `run with --${flag}=${value}, and the twin plays the usual value.`, touches }]
  })
  return [...set, ...(component === 'kube-apiserver' ? admissionOf(flags) : []), ...(component === 'kube-controller-manager' ? controllersOf(flags) : []), ...gatesOf(flags)]
}

function numberOf(text: string): number {
  return goDurationMs(text) ?? Number(text)
}

/** Those that the twin plays and that servers have switched on by themselves, and one that only minds what nodes write. */
const USUAL_ADMISSION = new Set([
  'NamespaceLifecycle', 'LimitRanger', 'ServiceAccount', 'DefaultStorageClass', 'PersistentVolumeClaimResize', 'DefaultTolerationSeconds', 'MutatingAdmissionWebhook', 'ValidatingAdmissionWebhook', 'ResourceQuota',
  'StorageObjectInUseProtection', 'Priority', 'TaintNodesByCondition', 'RuntimeClass', 'CertificateApproval', 'CertificateSigning', 'ClusterTrustBundleAttest', 'CertificateSubjectRestriction', 'DefaultIngressClass', 'PodSecurity',
  'PodTopologyLabels', 'MutatingAdmissionPolicy', 'ValidatingAdmissionPolicy', 'NodeRestriction',
])

function admissionOf(flags: ReadonlyMap<string, string>): Deviation[] {
  const more = namesIn(flags.get('enable-admission-plugins')).filter((name) => !USUAL_ADMISSION.has(name))
  const fewer = namesIn(flags.get('disable-admission-plugins'))
  return [
    ...(more.length === 0 ? [] : [{ says: `admit by ${more.join(', ')} too, which the twin does not play.`, touches: writes }]),
    ...(fewer.length === 0 ? [] : [{ says: `do not admit by ${fewer.join(', ')}, and the twin does.`, touches: writes }]),
    ...(flags.has('admission-control-config-file') ? [{ says: 'have settings of admission in a file that is not to be seen (levels of pod security, exemptions, images); the twin plays none.', touches: makesPods }] : []),
  ]
}

/** Two of bootstrap's controllers are off by default, and change nothing that runs. */
function controllersOf(flags: ReadonlyMap<string, string>): Deviation[] {
  const names = namesIn(flags.get('controllers'))
  const off = names.filter((name) => name.startsWith('-'))
  if (off.length > 0) return [{ says: `run without the controllers ${off.map((name) => name.slice(1)).join(', ')}, and the twin with all.`, touches: movesAnything }]
  return names.length === 0 || names.includes('*') ? [] : [{ says: `run the controllers ${names.join(', ')} only, and the twin all.`, touches: movesAnything }]
}

function gatesOf(flags: ReadonlyMap<string, string>): Deviation[] {
  const gates = namesIn(flags.get('feature-gates'))
  return gates.length === 0 ? [] : [{ says: `have feature gates set (${gates.toSorted().join(', ')}), and the twin plays those that the release has by default.`, touches: movesAnything }]
}

function namesIn(list = ''): string[] {
  return list.split(',').map((name) => name.trim()).filter((name) => name !== '')
}

/** `Deployment shop/web`. */
function targetOf(autoscaler: KubeObject): string {
  const { kind = '', name = '' } = (autoscaler['spec'] as { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } } | undefined)?.scaleTargetRef ?? {}
  const { namespace } = autoscaler.metadata
  return subjectText({ kind, name, ...(namespace === undefined ? {} : { namespace }) })
}
