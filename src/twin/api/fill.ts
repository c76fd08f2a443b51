/**
 * Defaults without copying what is complete: an object that lacks nothing comes back as it is, so pods made from one
 * defaulted template share its parts. At 150,000 pods that sharing is most of the memory.
 */

type Fields = Readonly<Record<string, unknown>>

/** The object with those of `defaults` that it does not have. */
export function fill<T extends object>(target: T, defaults: Fields): T {
  let filled: Record<string, unknown> | undefined
  // Asked of every part of every object: a loop that makes nothing.
  for (const key in defaults) {
    const value = defaults[key]
    if (value === undefined || (target as Fields)[key] !== undefined) continue
    filled ??= { ...target } as Record<string, unknown>
    filled[key] = value
  }
  return (filled as T | undefined) ?? target
}

/** The object with `key` changed by `change`; absent keys stay absent; the same object when nothing changed. */
export function within<T extends object>(target: T, key: string, change: (value: never) => unknown): T {
  const value = (target as Fields)[key]
  if (value === undefined || value === null) return target
  const changed = change(value as never)
  return changed === value ? target : { ...target, [key]: changed }
}

/** Every item changed; the same array when no item changed. */
export function each<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  let isChanged = false
  const changed = items.map((item) => {
    const next = change(item)
    if (next !== item) isChanged = true
    return next
  })
  return isChanged ? changed : items
}

/** As `within` for a list: every item of `target[key]` changed. */
export function withinEach<T extends object, I extends object>(target: T, key: string, change: (item: I) => I): T {
  return within(target, key, (items: readonly I[]) => each(items, change))
}
