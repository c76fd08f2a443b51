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
  let isEqual = names.length === known.length
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] as string
    if (name !== known[at]) isEqual = false
    // Assigning to this one would change what the object is.
    if (name === '__proto__') isEqual = false
    else if (!Object.hasOwn(previous, name)) isEqual = false
    else {
      const value = shared(next[name], previous[name])
      if (value === previous[name]) next[name] = value
      else isEqual = false
    }
  }
  return isEqual ? previous : next
}
