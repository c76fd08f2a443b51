/** Base64 that has one spelling for one value: the decoder of Node takes more than it writes. */

/** Undefined for anything that is not the standard encoding, padding and all. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
