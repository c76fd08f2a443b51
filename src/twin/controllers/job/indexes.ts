/** Sets of indexes as a Job's status and policies write them. */

/** `0-2,5`: the form of `status.completedIndexes`. */
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...new Set(indexes)].sort((left, right) => left - right)
  const parts: string[] = []
  for (let from = 0; from < sorted.length; ) {
    let to = from
    while (sorted[to + 1] === (sorted[to] ?? 0) + 1) to += 1
    parts.push(to === from ? String(sorted[from]) : to === from + 1 ? `${sorted[from]},${sorted[to]}` : `${sorted[from]}-${sorted[to]}`)
    from = to + 1
  }
  return parts.join(',')
}

export function parseIndexes(text: string | undefined): number[] {
  return (text ?? '').split(',').flatMap((part) => {
    if (part === '') return []
    const [from = 0, to = from] = part.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset)
  })
}
