/**
 * Something still uses a version of an API that the cluster no longer serves: a program asks for it and is refused, or
 * a custom resource stands in a version that its definition has stopped serving.
 *
 * A manifest in an old version is a risk for the next time it is applied; the objects that it made live on.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import { absenceEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { groupOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms } from '../shared/finding.ts'
import { lastMatch, lineEvidence } from '../shared/logs.ts'
import { speakingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'
import { REMOVED_APIS, removedApiOf } from './apis.ts'

const ID = 'removed-api'
/** client-go, kubectl, helm. */
const REFUSED = /failed to (?:list|watch|get) \*(v\d\w*)\.(\w+):[^\n]*could not find the requested resource|no matches for kind "?(\w+)"? in (?:version|group) "?([\w.-]+(?:\/\w+)?)"?|unable to recognize[^\n]*no matches for kind "?(\w+)"? in version "?([\w./-]+)"?|the server could not find the requested resource[^\n]*?([\w.-]+\/v\d\w*)/i

function detect(view: View): Finding[] {
  const said = speakingWorkloads(view).flatMap((suffering) => saidFinding(view, suffering))
  const written = view.snapshot.objects.flatMap((object) => writtenFinding(view, object))
  return [...said, ...written]
}

function saidFinding(view: View, suffering: Suffering): Finding[] {
  const found = lastMatch(wordsOf(view, suffering), REFUSED)
  if (found === undefined) return []
  const [, typed, typedKind, first, second, third, fourth, fifth] = found.match
  const kind = typedKind ?? first ?? third ?? ''
  // A Go client names its type, and not the group of it.
  const version = REMOVED_APIS.find(({ apiVersion, kinds }) => typed !== undefined && apiVersion.endsWith(`/${typed}`) && kinds.includes(kind))?.apiVersion ?? typed ?? second ?? fourth ?? fifth ?? ''
  const known = removedApiOf(version, kind)
  const definition = view.list('apiextensions.k8s.io', 'CustomResourceDefinition').find((item) => (item['spec'] as { group?: string; names?: { kind?: string } } | undefined)?.group === groupOf(version) && (item['spec'] as { names?: { kind?: string } }).names?.kind === kind)
  const text = known !== undefined ? `removed in 1.${known.removedIn}; ${known.instead} is served instead` : definition !== undefined ? `${subjectText(subjectOf(definition))} serves ${servedBy(definition).join(', ')}` : 'the cluster does not serve it'
  return [
    findingOf({
      hazard: ID,
      subject: suffering.workload,
      symptoms: podSymptoms(suffering.rows),
      summary: `${subjectText(subjectOf(suffering.workload))} asks for ${kind} in ${version}: ${text}`,
      evidence: [lineEvidence(found.line), definition === undefined ? absenceEvidence({ kind: 'CustomResourceDefinition', name: `${kind} in ${version}` }, `${version} ${kind} is not among what was collected`) : objectEvidence(definition, 'spec.versions', text)],
      confidence: known !== undefined || definition !== undefined ? 0.92 : 0.84,
      sinceMs: earliest(suffering.rows),
      explains: ['container-exits', 'application-unhealthy', 'rollout-stuck', 'failed-job', 'service-without-endpoints', 'bad-probe'],
    }),
  ]
}

function servedBy(definition: KubeObject): string[] {
  return ((definition['spec'] as { versions?: readonly { name: string; served?: boolean }[] } | undefined)?.versions ?? []).filter((version) => version.served !== false).map((version) => version.name)
}

/** A risk: nothing suffers from it now. */
function writtenFinding(view: View, object: KubeObject): Finding[] {
  const removed = removedApiOf(object.apiVersion, object.kind)
  if (removed === undefined || view.snapshot.clusterVersion.minor < removed.removedIn) return []
  return [
    findingOf({
      hazard: ID,
      subject: object,
      symptoms: [],
      summary: `${subjectText(subjectOf(object))} is written in ${object.apiVersion}, which was removed in 1.${removed.removedIn}: use ${removed.instead}`,
      evidence: [objectEvidence(object, 'apiVersion', `apiVersion is ${object.apiVersion}`)],
      confidence: 0.6,
    }),
  ]
}

/** Against the version that the set is for, and the next: what goes away with it is to be converted before the upgrade. */
function audit({ cluster }: AuditView): AuditFinding[] {
  const { minor } = cluster.snapshot.clusterVersion
  return cluster.snapshot.objects.flatMap((object) => {
    const removed = removedApiOf(object.apiVersion, object.kind)
    if (removed === undefined || minor + 1 < removed.removedIn) return []
    const gone = minor >= removed.removedIn
    return [{ of: object, path: ['apiVersion'], summary: `${subjectText(subjectOf(object))} is written in ${object.apiVersion}, which 1.${removed.removedIn} no longer serves`, advice: `Use ${removed.instead}; kubectl convert rewrites what both versions know.`, cause: `${object.apiVersion} ${object.kind}`, severity: gone ? 2 : 4 }]
  })
}

const KINDS = ['/Pod', 'apps/Deployment', ...new Set(REMOVED_APIS.flatMap(({ apiVersion, kinds }) => kinds.map((kind) => `${groupOf(apiVersion)}/${kind}`)))]

export const removedApi: Hazard = {
  id: ID,
  title: 'An API version that the cluster no longer serves',
  severity: 3,
  family: 'time-bombs',
  appliesTo: KINDS,
  faces: ['live', 'static'],
  detect,
  audit,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Upgrade what asks, or convert the manifest; nothing in the cluster is to be changed.`,
  lookAlikes: ['a version that is deprecated and still served', 'a definition that was never installed', 'an object that was read back in a newer version'],
  prevention: 'Check manifests and clients against the versions of the next release before the upgrade.',
  sources: [{ title: 'Deprecated API migration guide', url: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/' }],
  reviewBy: '2027-03-31',
}
