/**
 * Where an object's desired state is written: the Argo CD Application, the Flux Kustomization or HelmRelease or the Helm
 * release behind it, with repository, revision and path as far as the cluster's objects say, and what becomes of a
 * change that is made past it.
 */

import { parseTimeMs, toIso } from '../../kernel/clock.ts'
import { isRecord } from '../../kernel/json.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { managerOf } from '../../model/kube/management.ts'
import type { SourceChange } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'

export interface SourceOf extends Pick<SourceChange, 'manager' | 'owner' | 'repository' | 'revision' | 'path' | 'chart' | 'reverts'> {
  readonly form: SourceChange['form']
  readonly notes: readonly string[]
  /** Helm values that the cluster holds. */
  readonly values?: unknown
  /** The object in whose spec those values are written; the chart's release itself where it is plain Helm. */
  readonly release?: KubeObject
}

/** Undefined where no tool signed for the object, or for what owns it. */
export function sourceOf(view: View, object: KubeObject): SourceOf | undefined {
  const signed = managerOf(object) === undefined ? view.rootOf(object) : object
  const manager = managerOf(signed)
  switch (manager?.type) {
    case 'argo-cd':
      return argoSource(view, signed, manager.name)
    case 'flux':
      return fluxSource(view, signed, manager.name)
    case 'helm':
      return helmSource(view, signed, manager.name)
    default:
      return undefined
  }
}

interface ArgoPart {
  readonly repoURL?: string
  readonly path?: string
  readonly targetRevision?: string
  readonly chart?: string
  readonly ref?: string
  readonly helm?: { readonly values?: string; readonly valuesObject?: unknown; readonly valueFiles?: readonly string[]; readonly parameters?: readonly unknown[] }
  readonly kustomize?: object
}

function argoSource(view: View, object: KubeObject, name: string): SourceOf {
  const application = argoApplication(view, object, name)
  if (application === undefined) return { manager: 'argo-cd', owner: `Application ${name}`, form: 'manifest', reverts: 'unknown', notes: ['The Application was not collected, so that repository and path are not known here.'] }
  const spec = recordAt(application, 'spec')
  const parts = (Array.isArray(spec['sources']) ? spec['sources'] : [spec['source']]).filter(isRecord) as ArgoPart[]
  const part = parts.find((one) => one.ref === undefined || one.path !== undefined || one.chart !== undefined) ?? {}
  const values = parts.map((one) => one.helm?.valuesObject).find((one) => one !== undefined)
  const status = recordAt(application, 'status')
  const said = [status['sourceType'], ...(Array.isArray(status['sourceTypes']) ? (status['sourceTypes'] as unknown[]) : [])].map(String)
  const helm = part.chart !== undefined || part.helm !== undefined || said.includes('Helm')
  const automated = recordAt({ automated: recordAt(spec, 'syncPolicy')['automated'] }, 'automated')
  const isAutomatic = isRecord(recordAt(spec, 'syncPolicy')['automated']) && automated['enabled'] !== false
  return {
    manager: 'argo-cd',
    owner: subjectText(subjectOf(application)),
    ...stated({ repository: part.repoURL, revision: part.targetRevision, path: part.path, chart: part.chart }),
    form: helm ? 'helm-values' : part.kustomize !== undefined || said.includes('Kustomize') ? 'kustomize' : 'manifest',
    reverts: isAutomatic && automated['selfHeal'] === true ? 'at once' : 'next sync',
    notes: [...valueFiles(parts), ...(parts.length > 1 ? [`The Application has ${parts.length} sources; the first with a path or a chart is named.`] : []), ...argoHistory(status)],
    ...(values === undefined ? {} : { values, release: application }),
  }
}

/** By the tracking id (`app` or `namespace_app`), else by what the Application says that it manages. */
function argoApplication(view: View, object: KubeObject, name: string): KubeObject | undefined {
  const all = view.list('argoproj.io', 'Application')
  const [namespace, plain] = name.includes('_') ? name.split('_') : [undefined, name]
  const named = all.filter((one) => one.metadata.name === plain && (namespace === undefined || one.metadata.namespace === namespace))
  if (named.length === 1) return named[0]
  const claiming = all.filter((one) => {
    const resources = recordAt(one, 'status')['resources']
    return Array.isArray(resources) && resources.some((row: unknown) => isRecord(row) && row['kind'] === object.kind && row['name'] === object.metadata.name && (row['namespace'] ?? '') === (object.metadata.namespace ?? ''))
  })
  return claiming.length === 1 ? claiming[0] : undefined
}

function valueFiles(parts: readonly ArgoPart[]): string[] {
  const files = parts.flatMap((part) => part.helm?.valueFiles ?? [])
  return files.length === 0 ? [] : [`Its values are read from ${files.join(', ')}.`]
}

/** The commit that was deployed before the one that stands: taking back what lies between does the same. */
function argoHistory(status: Record<string, unknown>): string[] {
  const rows = (Array.isArray(status['history']) ? status['history'] : []).filter(isRecord)
  const [last, before] = rows.toReversed()
  if (typeof last?.['revision'] !== 'string' || typeof before?.['revision'] !== 'string' || last['revision'] === before['revision']) return []
  const at = parseTimeMs(String(last['deployedAt'] ?? ''))
  return [`It was synced to ${last['revision'].slice(0, 12)}${at === undefined ? '' : ` at ${toIso(at).slice(0, 16)}Z`}; before it stood at ${before['revision'].slice(0, 12)}.`]
}

function fluxSource(view: View, object: KubeObject, name: string): SourceOf {
  const labels = object.metadata.labels ?? {}
  const helmName = labels['helm.toolkit.fluxcd.io/name']
  if (helmName !== undefined && labels['kustomize.toolkit.fluxcd.io/name'] === undefined) return fluxRelease(view, helmName, labels['helm.toolkit.fluxcd.io/namespace'])
  const kustomization = only(view.list('kustomize.toolkit.fluxcd.io', 'Kustomization', labels['kustomize.toolkit.fluxcd.io/namespace']).filter((one) => one.metadata.name === name))
  if (kustomization === undefined) return { manager: 'flux', owner: `Kustomization ${name}`, form: 'kustomize', reverts: 'unknown', notes: ['The Kustomization was not collected, so that repository and path are not known here.'] }
  const spec = recordAt(kustomization, 'spec')
  const ignored = object.metadata.annotations?.['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled'
  return {
    manager: 'flux',
    owner: subjectText(subjectOf(kustomization)),
    ...fluxRepository(view, kustomization, recordAt(spec, 'sourceRef')),
    ...stated({ path: spec['path'] }),
    form: 'kustomize',
    reverts: spec['suspend'] === true || ignored ? 'unknown' : 'next sync',
    notes: [...(spec['suspend'] === true ? ['It is suspended: nothing is put back until somebody resumes it.'] : []), ...(typeof spec['interval'] === 'string' ? [`It is reconciled every ${spec['interval']}.`] : [])],
  }
}

function fluxRelease(view: View, name: string, namespace: string | undefined): SourceOf {
  const release = only(view.list('helm.toolkit.fluxcd.io', 'HelmRelease', namespace).filter((one) => one.metadata.name === name))
  if (release === undefined) return { manager: 'flux', owner: `HelmRelease ${name}`, form: 'helm-values', reverts: 'unknown', notes: ['The HelmRelease was not collected, so that chart and values are not known here.'] }
  const spec = recordAt(release, 'spec')
  const chart = recordAt(recordAt(spec, 'chart'), 'spec')
  const written = sourceOf(view, release)
  return {
    manager: 'flux',
    owner: subjectText(subjectOf(release)),
    ...stated({ repository: written?.repository, revision: written?.revision, path: written?.path, chart: [chart['chart'], chart['version']].filter((word) => typeof word === 'string').join(' ') || undefined }),
    form: 'helm-values',
    reverts: recordAt(spec, 'driftDetection')['mode'] === 'enabled' && spec['suspend'] !== true ? 'at once' : 'next sync',
    notes: written === undefined ? [] : [`The HelmRelease itself comes from ${written.owner}.`],
    values: spec['values'],
    release,
  }
}

function fluxRepository(view: View, from: KubeObject, reference: Record<string, unknown>): Pick<SourceChange, 'repository' | 'revision'> {
  const namespace = typeof reference['namespace'] === 'string' ? reference['namespace'] : from.metadata.namespace
  const source = view.list('source.toolkit.fluxcd.io', String(reference['kind'] ?? ''), namespace).find((one) => one.metadata.name === reference['name'])
  const spec = source === undefined ? {} : recordAt(source, 'spec')
  const ref = recordAt(spec, 'ref')
  return stated({ repository: spec['url'] ?? spec['endpoint'], revision: ref['branch'] ?? ref['tag'] ?? ref['semver'] ?? ref['commit'] })
}

function helmSource(view: View, object: KubeObject, name: string): SourceOf {
  const { labels = {}, annotations = {}, namespace } = object.metadata
  const place = annotations['meta.helm.sh/release-namespace'] ?? namespace
  const releases = view.list('', 'Secret', place).filter(({ metadata }) => metadata.labels?.['owner'] === 'helm' && metadata.labels['name'] === name)
  const revisions = releases.map(({ metadata }) => ({ secret: metadata.name ?? '', revision: Number(metadata.labels?.['version'] ?? '0'), status: metadata.labels?.['status'] ?? '' })).sort((left, right) => right.revision - left.revision)
  const [current, before] = revisions
  return {
    manager: 'helm',
    owner: `Helm release ${name}${place === undefined ? '' : ` in ${place}`}`,
    ...stated({ chart: labels['helm.sh/chart'], revision: current === undefined ? undefined : `${current.revision} (Secret ${current.secret})` }),
    form: 'helm-values',
    reverts: 'next upgrade',
    notes: before === undefined ? [] : [`Revision ${before.revision} of the release is kept: \`helm rollback ${name} ${before.revision}${place === undefined ? '' : ` --namespace ${place}`}\` takes the whole release back to it.`],
  }
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined
}

function recordAt(value: unknown, key: string): Record<string, unknown> {
  const inner = isRecord(value) ? value[key] : undefined
  return isRecord(inner) ? inner : {}
}

function stated<K extends string>(fields: { readonly [P in K]?: unknown }): { readonly [P in K]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string' && value !== '')) as { readonly [P in K]?: string }
}
