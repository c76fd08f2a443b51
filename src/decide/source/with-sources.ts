/**
 * What a plan says of the sources of the objects that it changes: the change as it would be committed, and whether a
 * change on the cluster would stand at all. A change that is put back at once cures nothing, so it is not planned: the
 * plan becomes the question to commit what it would have done.
 */

import { stringify } from 'yaml'
import { MARK } from '../../kernel/redact/mark.ts'
import type { JsonValue } from '../../kernel/json.ts'
import { groupOf, refOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { sourceText, type Plan, type SourceChange } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { desiredBy, type Desired } from './desired.ts'
import { sourceOf, type SourceOf } from './find-source.ts'
import { manifestPatch } from './manifest-patch.ts'
import { valuesPatch } from './values-patch.ts'

export function withSources(plan: Plan, view: View): Plan {
  const changes = desiredBy(plan, view).flatMap((desired) => changeFor(view, desired))
  if (changes.length === 0) return plan
  const told: Plan = { ...plan, sourceChanges: changes }
  return changes.some(({ reverts }) => reverts === 'at once') ? committed(told, changes) : told
}

function changeFor(view: View, { before, after }: Desired): SourceChange[] {
  const source = sourceOf(view, before)
  const patch = source === undefined ? undefined : manifestPatch(before, after)
  if (source === undefined || patch === undefined) return []
  const { values, release: _release, form, notes, ...where } = source
  const asValues = form === 'helm-values' ? valuesPatch(values, before, patch) : undefined
  const body = bodyOf({ source, before, patch, asValues })
  const unknown = form === 'helm-values' && asValues === undefined ? [`Which values make these fields is not known from the cluster: this is what the chart's manifest must come to.`] : []
  const withheld = MARK.test(JSON.stringify(patch)) ? ['Secrets in it were withheld; take them from the history of the source.'] : []
  return [{ ...where, target: refOf(before), form: form === 'helm-values' && asValues === undefined ? 'manifest' : form, patch: stringify(body, { lineWidth: 0 }), notes: [...notes, ...unknown, ...withheld] }]
}

interface Body {
  readonly source: SourceOf
  readonly before: KubeObject
  readonly patch: Readonly<Record<string, JsonValue>>
  readonly asValues: Readonly<Record<string, JsonValue>> | undefined
}

/** A kustomization's patch, the release object with its values, bare values, or the manifest in part. */
function bodyOf({ source, before, patch, asValues }: Body): unknown {
  if (asValues !== undefined) return source.release === undefined ? asValues : releasePatch(source.release, asValues)
  if (source.form !== 'kustomize') return patch
  const group = groupOf(before.apiVersion)
  return { patches: [{ target: { ...(group === '' ? {} : { group }), kind: before.kind, name: before.metadata.name ?? '' }, patch: stringify(patch, { lineWidth: 0 }) }] }
}

function releasePatch(release: KubeObject, values: Readonly<Record<string, JsonValue>>): unknown {
  const { name = '', namespace } = release.metadata
  const head = { apiVersion: release.apiVersion, kind: release.kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }
  return release.kind === 'HelmRelease' ? { ...head, spec: { values } } : { ...head, spec: { source: { helm: { valuesObject: values } } } }
}

/** The same goal and proof, by way of the source: what is asked for is a commit. */
function committed(plan: Plan, changes: readonly SourceChange[]): Plan {
  const owners = [...new Set(changes.map(({ owner }) => owner))].join(' and ')
  const places = changes.map(sourceText).join('; ')
  return {
    ...plan,
    id: `commit-${plan.id}`,
    steps: [],
    risk: 'none',
    expectedEffect: `${owners} brings it about from its source`,
    needsInput: [{ name: 'commit', question: `Will you commit the proposed change to ${places}? ${owners} puts a change on the cluster back at once, so Boyd makes none.` }, ...plan.needsInput],
    rationale: `${plan.rationale} A direct change of ${subjectText(plan.subject)} would not last a minute: ${owners} heals it back to its source.`,
  }
}
