/** A bundle: policies that were checked together and are believed together. Its digest is in every verdict. */

export type Obligation = 'approval' | 'breakglass'

export interface Policy {
  readonly id: string
  /** What a person reads as the reason. */
  readonly title: string
  readonly effect: 'permit' | 'forbid'
  /** What lifts this forbid; absent where nothing does. */
  readonly obligation?: Obligation
  /** The members of the context that it asks about: `freeze`, `errorBudget`. */
  readonly facts: readonly string[]
  readonly text: string
  readonly file: string
  /** Line of its `@id`, from 1. */
  readonly line: number
  /** The layer it came with: `sealed`, `platform`, or the name of one of the site's. */
  readonly layer: string
}

export interface Layer {
  readonly name: string
  readonly folder: string
  readonly digest: string
}

export interface PolicyBundle {
  readonly kind: 'policy-bundle'
  /** SHA-256 over the digests of all files of all layers, by name, and of what the site puts beside them (hooks). */
  readonly digest: string
  readonly schema: string
  /** Those in force, of all layers. Layers can only forbid, so evaluating them together is the strictest of all. */
  readonly policies: readonly Policy[]
  /** On trial: evaluated beside the others, reported, and without any effect. */
  readonly shadow: readonly Policy[]
  readonly layers: readonly Layer[]
  /** What else the digest covers, by name: the site's hooks and their programs. */
  readonly covered: Readonly<Record<string, string>>
}

/** A policy of a bundle by its id, on trial or in force. */
export function policyOf(bundle: PolicyBundle, id: string): Policy | undefined {
  return bundle.policies.find((policy) => policy.id === id) ?? bundle.shadow.find((policy) => policy.id === id)
}

/** The bundle as it would be with one policy of the trial in force. */
export function withTrial(bundle: PolicyBundle, policy: Policy): PolicyBundle {
  return { ...bundle, digest: `${bundle.digest}+${policy.id}`, policies: [...bundle.policies, policy], shadow: [] }
}
