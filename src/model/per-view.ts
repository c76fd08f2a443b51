/** Facts that several hazards read from one view are worked out once. A view never changes, so it is the key. */

import type { View } from './view.ts'

/** Remembers `make` for as long as the view lives. */
export function perView<T>(make: (view: View) => T): (view: View) => T {
  const known = new WeakMap<View, T>()
  return (view) => {
    const found = known.get(view)
    if (found !== undefined) return found
    const made = make(view)
    known.set(view, made)
    return made
  }
}
