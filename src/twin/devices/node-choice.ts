/** Whose nodes a slice or a device is for: one, those that match, or all. */

import { invalidField, invalidFields, type FieldError } from '../api/field-error.ts'
import { subdomainProblems } from '../api/object-names.ts'
import type { nodeSelectorErrors } from '../api/validate-affinity.ts'

export interface NodeChoice {
  readonly nodeName?: string
  readonly nodeSelector?: Parameters<typeof nodeSelectorErrors>[0]
  readonly allNodes?: boolean
}

interface Chosen {
  /** As upstream names the fields that choose. */
  readonly chosen: readonly string[]
  readonly errors: { readonly ofName: readonly FieldError[]; readonly ofAll: readonly FieldError[] }
}

/** `emptyWords`: what is said of a name that is empty. */
export function chosenNodes({ nodeName, nodeSelector, allNodes }: NodeChoice, at: string, emptyWords: string): Chosen {
  const chosen = [...((nodeName ?? '') === '' ? [] : ['`nodeName`']), ...(nodeSelector === undefined ? [] : ['`nodeSelector`']), ...(allNodes === true ? ['`allNodes`'] : [])]
  const ofName = nodeName === undefined ? [] : nodeName === '' ? [invalidField(`${at}.nodeName`, '', emptyWords)] : invalidFields(`${at}.nodeName`, nodeName, subdomainProblems(nodeName))
  return { chosen, errors: { ofName, ofAll: allNodes === false ? [invalidField(`${at}.allNodes`, false, 'must be either unset or set to true')] : [] } }
}
