/** Facts that several hazards read from one view are worked out once. A view never changes, so it is the key. */

import { oncePerObject } from '../kernel/once-per-object.ts'
import type { View } from './view.ts'

/** Remembers `make` for as long as the view lives. */
export function perView<T>(make: (view: View) => T): (view: View) => T {
  return oncePerObject(make)
}
