/** A bundle: policies that were checked together and are believed together. Its digest is in every verdict. */

export type Obligation = 'approval' | 'breakglass'

export interface Policy {
  readonly id: string
  /** What a person reads as the reason. */
  readonly title: string
  readonly effect: 'permit' | 'forbid'
  /** What lifts this forbid; absent where nothing does. */
  readonly obligation?: Obligation
  readonly text: string
  readonly file: string
  /** Line of its `@id`, from 1. */
  readonly line: number
}

export interface PolicyBundle {
  readonly kind: 'policy-bundle'
  /** SHA-256 over the digests of the files, by name, and the mode (`enforce`). */
  readonly digest: string
  readonly schema: string
  readonly policies: readonly Policy[]
}

/** A bundle by its policies' ids. */
export function policyOf(bundle: PolicyBundle, id: string): Policy | undefined {
  return bundle.policies.find((policy) => policy.id === id)
}
