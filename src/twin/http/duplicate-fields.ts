/** Keys that a JSON text gives twice in one object, by path. Parsers keep the last in silence. The text must parse. */

interface Frame {
  readonly path: string
  /** Of an object; undefined for a list. */
  readonly keys: Set<string> | undefined
  index: number
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs

export function duplicateFields(text: string): readonly string[] {
  const found: string[] = []
  const frames: Frame[] = []
  // A text is a key where an object waits for one.
  let isKeyNext = false
  let key = ''
  for (const [token] of text.matchAll(TOKEN)) {
    const frame = frames.at(-1)
    if (token === '{' || token === '[') {
      frames.push({ path: pathWithin(frame, key), keys: token === '{' ? new Set() : undefined, index: 0 })
      isKeyNext = token === '{'
    } else if (token === '}' || token === ']') {
      frames.pop()
      isKeyNext = false
    } else if (token === ',') {
      if (frame !== undefined) frame.index += 1
      isKeyNext = frame?.keys !== undefined
    } else if (token.startsWith('"') && isKeyNext && frame?.keys !== undefined) {
      key = JSON.parse(token) as string
      if (frame.keys.has(key)) found.push(frame.path === '' ? key : `${frame.path}.${key}`)
      frame.keys.add(key)
      isKeyNext = false
    }
  }
  return [...new Set(found)]
}

function pathWithin(frame: Frame | undefined, key: string): string {
  if (frame === undefined) return ''
  if (frame.keys === undefined) return `${frame.path}[${frame.index}]`
  return frame.path === '' ? key : `${frame.path}.${key}`
}
