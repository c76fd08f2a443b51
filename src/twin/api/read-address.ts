/** Addresses and networks in fields of old: upstream reads them with zeros in front of a byte, and refuses those since 1.36 (StrictIPCIDRValidation). */

import { addressOf, networkOf, type Address, type Network } from '../cel/functions/addresses.ts'

export const STRICT_MINOR = 36

export function withoutLeadingZeros(text: string): string {
  return text.includes(':') ? text : text.replaceAll(/\b0+(\d)/g, '$1')
}

export function readAddress(text: string): Address | undefined {
  return read(() => addressOf(text))
}

export function readNetwork(text: string): Network | undefined {
  return read(() => networkOf(text))
}

function read<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
