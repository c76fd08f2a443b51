/** The protobuf wire format: tags, varints, lengths. https://protobuf.dev/programming-guides/encoding/ */

import { statusError } from '../../api/status-error.ts'

export interface Reader {
  isAtEnd(): boolean
  tag(): { readonly number: number; readonly wireType: number }
  /** A signed integer; exact up to 2^53, which is more than any count, port or second. */
  varint(): number
  double(): number
  bytes(): Buffer
}

export function createReader(buffer: Buffer): Reader {
  let offset = 0
  const varintBig = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = buffer[offset]
      if (byte === undefined) break
      offset += 1
      value |= BigInt(byte & 0x7f) << shift
      if ((byte & 0x80) === 0) return BigInt.asIntN(64, value)
    }
    throw statusError('BadRequest', 'the protobuf body ends in the middle of a number')
  }
  const take = (length: number): Buffer => {
    if (length < 0 || offset + length > buffer.length) throw statusError('BadRequest', 'the protobuf body is shorter than it says')
    offset += length
    return buffer.subarray(offset - length, offset)
  }
  return {
    isAtEnd: () => offset >= buffer.length,
    tag() {
      const tag = Number(varintBig())
      return { number: tag >>> 3, wireType: tag & 7 }
    },
    varint: () => Number(varintBig()),
    double: () => take(8).readDoubleLE(0),
    bytes: () => take(Number(varintBig())),
  }
}
