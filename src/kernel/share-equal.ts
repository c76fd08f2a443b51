/**
 * Equal parts of JSON values held once. The pods of a workload are equal in most of what they say, and so are the nodes of a
 * cluster: each is compared with the one before it, and what is equal becomes the same object or the same text.
 */

type Holder = Record<string | number, unknown>

/**
 * `next` with what equals `previous` at the same place taken from there; `previous` itself where all of it is equal, the order of
 * keys included. Changes `next` in place, so it must be its caller's alone, and nested no deeper than a call stack allows: what
 * was just parsed and measured.
 */
export function shareEqual<T>(next: T, previous: unknown): T {
  return shared(next, previous) as T
}

/** What stands at the same place of an earlier value, or of a part of one; undefined where nothing does. */
export function partOf(earlier: unknown, place: string | number): unknown {
  return typeof earlier === 'object' && earlier !== null ? (earlier as Holder)[place] : undefined
}

const LOOK_AHEAD = 3

/**
 * Asked of one item after the other: is it an item of `earlier`, where both lists keep one order and differ in few? What it says
 * is there is there; of what it denies, some may be.
 */
export function alongside(earlier: unknown): (item: unknown) => boolean {
  const items = Array.isArray(earlier) ? (earlier as readonly unknown[]) : []
  let at = 0
  return (item) => {
    for (let ahead = at; ahead < at + LOOK_AHEAD && ahead < items.length; ahead += 1) {
      if (items[ahead] !== item) continue
      at = ahead + 1
      return true
    }
    return false
  }
}

function shared(next: unknown, previous: unknown): unknown {
  if (next === previous) return previous
  if (typeof next !== 'object' || typeof previous !== 'object' || next === null || previous === null) return next
  if (Array.isArray(next)) return Array.isArray(previous) ? sharedItems(next, previous) : next
  return Array.isArray(previous) ? next : sharedFields(next as Holder, previous as Holder)
}

function sharedItems(next: unknown[], previous: readonly unknown[]): readonly unknown[] {
  const count = Math.min(next.length, previous.length)
  let isEqual = next.length === previous.length
  for (let index = 0; index < count; index += 1) {
    const item = shared(next[index], previous[index])
    if (item === previous[index]) next[index] = item
    else isEqual = false
  }
  return isEqual ? previous : next
}

function sharedFields(next: Holder, previous: Holder): Holder {
  const names = Object.keys(next)
  const known = Object.keys(previous)
  const count = names.length === known.length ? equalFields({ next, previous, names, known }) : 0
  if (count === names.length && count === known.length) return previous
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] as string
    // Assigning to this one would change what the object is.
    if (name === '__proto__' || !Object.hasOwn(previous, name)) continue
    const before = previous[name]
    if (at < count || shared(next[name], before) === before) next[name] = before
  }
  return next
}

/** How many of the first fields are equal. Most of what is shared is shared whole: until something differs nothing is taken over. */
function equalFields({ next, previous, names, known }: { readonly next: Holder; readonly previous: Holder; readonly names: readonly string[]; readonly known: readonly string[] }): number {
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] as string
    if (name !== known[at] || name === '__proto__') return at
    const before = previous[name]
    if (shared(next[name], before) !== before) return at
  }
  return names.length
}
