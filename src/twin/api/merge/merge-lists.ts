/**
 * Two lists whose items have identities become one, in an order that keeps to both where it can
 * (`structured-merge-diff`, `typed/merge.go`, visitListItems).
 */

export interface ListMerge<Item> {
  /** What tells an item from the others. */
  keyOf(item: Item): string
  merged(live: Item, applied: Item): Item
}

/** Items of `live` that nobody applies keep their places; those of `applied` come in its order. */
export function mergedList<Item>(live: readonly Item[], applied: readonly Item[], { keyOf, merged }: ListMerge<Item>): Item[] {
  const [left, right] = [live.map(keyOf), applied.map(keyOf)]
  const liveByKey = new Map(live.map((item, index) => [left[index], item]))
  const wanted = new Set(right)
  const shared = right.filter((key) => liveByKey.has(key))
  const done = new Set<string>()
  const result: Item[] = []
  const take = (position: number): void => {
    const [item, key] = [applied[position] as Item, right[position] ?? '']
    const present = liveByKey.get(key)
    result.push(present === undefined ? item : merged(present, item))
    done.add(key)
    if (shared[0] === key) shared.shift()
  }
  for (let l = 0, r = 0; l < left.length || r < right.length; ) {
    const key = left[l]
    if (key !== undefined && r < right.length) {
      if (key === right[r]) {
        take(r++)
        l++
        continue
      }
      // Shared, but not the one whose turn it is.
      if (wanted.has(key) && shared.length > 0 && shared[0] !== key) {
        l++
        continue
      }
    }
    if (key !== undefined && !wanted.has(key)) {
      result.push(live[l++] as Item)
      continue
    }
    if (key !== undefined && done.has(key)) l++
    if (r < right.length) take(r++)
  }
  return result
}
