/** Blocks of PEM (RFC 7468) in a text, as Go's `encoding/pem` finds them: what is around them does not matter. */

export interface PemBlock {
  readonly type: string
  readonly hasHeaders: boolean
  readonly bytes: Buffer
}

const BLOCK = /(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n([^]*?)(?:^|\n)?-----END \1-----[ \t\r]*(?=\n|$)/g
const HEADER = /^[^\n:]+:[^\n]*\n/
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

export function pemBlocks(text: string): readonly PemBlock[] {
  return [...text.matchAll(BLOCK)].flatMap(([, type = '', body = '']) => blockOf(type, body))
}

/** None where what stands in it is not base64. */
function blockOf(type: string, body: string): PemBlock[] {
  const headers = headersOf(body)
  const encoded = body.slice(headers.length).replaceAll(/\s/g, '')
  return BASE64.test(encoded) && encoded.length % 4 === 0 ? [{ type, hasHeaders: headers !== '', bytes: Buffer.from(encoded, 'base64') }] : []
}

function headersOf(body: string): string {
  const line = HEADER.exec(body)?.[0] ?? ''
  return line === '' ? '' : line + headersOf(body.slice(line.length))
}
