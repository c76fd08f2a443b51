/**
 * Something that a cluster has and the twin does not play. It matters to an answer only where it touches what the answer
 * is about: a scheduler of somebody else's pods says nothing against a drain that moves none of them.
 */

import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'

/** What a play changed, over all its runs. */
export interface Affected {
  /** Objects that came, went or got another wish, and all owners of pods that moved: `Deployment shop/web`. */
  readonly objects: ReadonlySet<string>
  /** Nodes that were changed, lost or removed, by name. */
  readonly nodes: ReadonlySet<string>
  /** Of these, those that stopped being Ready, or were removed: what somebody may repair. */
  readonly lostNodes: ReadonlySet<string>
  /** One of each sort of request that was made or would be made on a cluster. */
  readonly written: readonly Written[]
  /** A pod was to get a node. */
  readonly hasScheduled: boolean
  /** A pod found no node at some time. */
  readonly hasUnplaced: boolean
}

export interface Written {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE'
  readonly group: string
  /** `pods`, `deployments`. */
  readonly resource: string
  readonly namespace?: string
  readonly labels: Readonly<Record<string, string>>
}

export interface Gap {
  /** Whom it is about; none where it is about the whole cluster. */
  readonly objects: readonly KubeObject[]
  /** `names`: of the first few of the objects; `count`: of all. */
  text(names: string, count: number): string
  /** Absent: where the object itself was affected, or the whole cluster is meant. */
  touches?(object: KubeObject, affected: Affected): boolean
}

const NAMED_MAX = 5

/** None where nothing has it. */
export function gapOf(objects: readonly KubeObject[], text: Gap['text'], touches?: Gap['touches']): Gap[] {
  return objects.length === 0 ? [] : [{ objects, text, ...(touches === undefined ? {} : { touches }) }]
}

/** A sentence a gap; one gap may touch some of its objects and not others. */
export function splitGaps(gaps: readonly Gap[], affected: Affected): { readonly touched: readonly string[]; readonly elsewhere: readonly string[] } {
  const touched: string[] = []
  const elsewhere: string[] = []
  for (const gap of gaps) {
    if (gap.objects.length === 0) touched.push(gap.text('', 0))
    const isTouched = gap.touches ?? isAffected
    const groups = Map.groupBy(gap.objects, (object) => isTouched(object, affected))
    touched.push(...sentencesOf(gap, groups.get(true)))
    elsewhere.push(...sentencesOf(gap, groups.get(false)))
  }
  return { touched, elsewhere }
}

export function isAffected(object: KubeObject, { objects }: Affected): boolean {
  return objects.has(subjectText(subjectOf(object)))
}

function sentencesOf(gap: Gap, objects: readonly KubeObject[] = []): string[] {
  if (objects.length === 0) return []
  const names = objects.slice(0, NAMED_MAX).map((object) => subjectText(subjectOf(object)))
  const more = objects.length - names.length
  return [gap.text(more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`, objects.length)]
}
