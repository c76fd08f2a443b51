/**
 * Taints and tolerations (k8s.io/api/core/v1/toleration.go): which toleration covers which taint.
 */

import type { Taint, Toleration } from 'kubernetes-types/core/v1.d.ts'

/** An empty effect or key in the toleration covers any; `Exists` covers any value. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if ((toleration.effect ?? '') !== '' && toleration.effect !== taint.effect) return false
  if ((toleration.key ?? '') !== '' && toleration.key !== taint.key) return false
  switch (toleration.operator ?? '') {
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '')
    case 'Exists':
      return true
    default:
      return false
  }
}

const NONE: readonly Toleration[] = []

export function isTolerated(taint: Taint, tolerations: readonly Toleration[] | undefined): boolean {
  for (const toleration of tolerations ?? NONE) if (tolerates(toleration, taint)) return true
  return false
}

/** The first taint that keeps new pods away (NoSchedule, NoExecute) and is not tolerated. */
export function firstUntolerated(taints: readonly Taint[], tolerations: readonly Toleration[] | undefined): Taint | undefined {
  for (const taint of taints) if ((taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !isTolerated(taint, tolerations)) return taint
  return undefined
}
