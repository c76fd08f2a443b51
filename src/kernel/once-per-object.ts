/** What is worked out of an object that never changes is worked out once: the object is the key. */

/** Remembers what `make` returned for as long as the object lives; what is undefined is made anew. */
export function oncePerObject<K extends object, T>(make: (object: K) => T): (object: K) => T {
  const known = new WeakMap<K, T>()
  return (object) => {
    const found = known.get(object)
    if (found !== undefined) return found
    const made = make(object)
    known.set(object, made)
    return made
  }
}
