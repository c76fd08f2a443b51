/** Amounts that a server takes and nobody can give: parts of a byte. */

import { parseMilli } from '../../../model/kube/quantity.ts'

type Amounts = Readonly<Record<string, string>> | undefined

export function claimWarnings(resources: { readonly requests?: Amounts; readonly limits?: Amounts } | undefined, path: string): string[] {
  return (['requests', 'limits'] as const).flatMap((part) => fractionWarnings(resources?.[part], `${path}.resources.${part}`, ['storage']))
}

export function fractionWarnings(amounts: Amounts, path: string, names: readonly string[] = ['memory', 'ephemeral-storage']): string[] {
  return names.flatMap((name) => {
    const amount = amounts?.[name]
    return amount === undefined || (parseMilli(amount) ?? 0) % 1000 === 0 ? [] : [`${path}[${name}]: fractional byte value "${amount}" is invalid, must be an integer`]
  })
}
