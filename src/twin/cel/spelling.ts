/**
 * What Kubernetes' CEL can write and our parser cannot read, spelt as calls: optional elements (`[?a]`, `{?k: v}`) and objects (`Object.spec{replicas: 3}`). Also functions that our library has and evaluates otherwise than cel-go: they get a name of ours (`functions/`).
 */

/** Functions of a value, as `x.f()`, that we answer in the library's stead. */
const OWN_METHODS = new Set(['charAt', 'indexOf', 'join', 'lastIndexOf', 'lowerAscii', 'matches', 'split', 'substring', 'trim', 'upperAscii'])
/** The same, as `f(x)`. */
const OWN_CALLS = new Set(['bool', 'bytes', 'double', 'duration', 'int', 'matches', 'string', 'timestamp', 'uint'])

export const OWN = 'go_'
export const SOME_CALL = '__some'
export const LIST_CALL = '__list'
export const MAP_CALL = '__map'
export const OBJECT_CALL = '__object'

const TOKEN = /\s+|\/\/[^\n]*|(?:[rR]?[bB]?|[bB][rR])(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|[A-Za-z_]\w*|\d[\w.]*|[\s\S]/g
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

interface Reader {
  readonly tokens: readonly string[]
  at: number
}

interface Element {
  readonly text: string
  readonly isOptional: boolean
  /** Of an entry, where its value begins. */
  readonly colon: number | undefined
}

export function respelt(expression: string): string {
  const reader: Reader = { tokens: (expression.match(TOKEN) ?? []).filter((token) => token.trim() !== '' && !token.startsWith('//')), at: 0 }
  return elementsUntil(reader, undefined).map(({ text }) => text).join(', ')
}

function elementsUntil(reader: Reader, closing: string | undefined): readonly Element[] {
  const elements: Element[] = []
  while (reader.at < reader.tokens.length && reader.tokens[reader.at] !== closing) {
    elements.push(element(reader, closing))
    if (reader.tokens[reader.at] === ',') reader.at += 1
  }
  return elements
}

function element(reader: Reader, closing: string | undefined): Element {
  const isOptional = reader.tokens[reader.at] === '?'
  if (isOptional) reader.at += 1
  let text = ''
  let colon: number | undefined
  let ternaries = 0
  let previous = ''
  while (reader.at < reader.tokens.length) {
    const token = reader.tokens[reader.at] ?? ''
    if (token === closing || token === ',') break
    if (token === '?' && previous !== '.' && previous !== '[') ternaries += 1
    if (token === ':') {
      if (ternaries === 0) colon ??= text.length
      else ternaries -= 1
    }
    const piece = part(reader, previous)
    text += needsSpace(text, piece) ? ` ${piece}` : piece
    previous = reader.tokens[reader.at - 1] ?? ''
  }
  return { text, isOptional, colon }
}

/** Words stay apart; operators of two signs stay together. */
function needsSpace(text: string, piece: string): boolean {
  return /\w$/.test(text) && /^[\w"']/.test(piece)
}

function part(reader: Reader, previous: string): string {
  const token = reader.tokens[reader.at] ?? ''
  if (token === '(' || token === '[' || token === '{') return group(reader, { isLiteral: !/[\w)\]}"']$/.test(previous) || previous === 'in' })
  if (previous !== '.' && /^[A-Za-z_]/.test(token)) {
    const name = typeNameAt(reader)
    if (name !== undefined) return objectNamed(reader, name)
  }
  reader.at += 1
  return renamed(token, { previous, next: reader.tokens[reader.at] })
}

function renamed(token: string, { previous, next }: { readonly previous: string; readonly next: string | undefined }): string {
  const own = previous === '.' ? OWN_METHODS : OWN_CALLS
  return next === '(' && own.has(token) ? `${OWN}${token}` : token
}

function group(reader: Reader, { isLiteral }: { readonly isLiteral: boolean }): string {
  const open = reader.tokens[reader.at] ?? ''
  const close = CLOSING[open] ?? ''
  reader.at += 1
  if (open === '[' && !isLiteral) return index(reader)
  const elements = elementsUntil(reader, close)
  const isClosed = reader.tokens[reader.at] === close
  reader.at += 1
  // Of an empty one our parser's checker would say what it cannot hold.
  if (isLiteral && open !== '(' && (elements.length === 0 || elements.some(({ isOptional }) => isOptional))) return open === '[' ? `${LIST_CALL}([${elements.map(optionalText).join(', ')}])` : `${MAP_CALL}([${elements.map((entry) => entryText(entry, (key) => key)).join(', ')}])`
  return `${open}${elements.map(({ text }) => text).join(', ')}${isClosed ? close : ''}`
}

/** `x[i]` and `x[?i]`. */
function index(reader: Reader): string {
  const sign = reader.tokens[reader.at] === '?' ? '?' : ''
  const elements = elementsUntil(reader, ']')
  reader.at += 1
  return `[${sign}${elements.map(({ text }) => text).join(', ')}]`
}

/** `Object.spec` where a brace follows; the reader stays. */
function typeNameAt({ tokens, at }: Reader): string | undefined {
  const names = [tokens[at] ?? '']
  let next = at + 1
  while (tokens[next] === '.' && /^[A-Za-z_]/.test(tokens[next + 1] ?? '')) {
    names.push(tokens[next + 1] ?? '')
    next += 2
  }
  return tokens[next] === '{' && names[0] !== 'in' ? names.join('.') : undefined
}

function objectNamed(reader: Reader, name: string): string {
  reader.at += name.split('.').length * 2
  const entries = elementsUntil(reader, '}')
  reader.at += 1
  return `${OBJECT_CALL}(${JSON.stringify(name)}, [${entries.map((entry) => entryText(entry, (key) => JSON.stringify(key.trim()))).join(', ')}])`
}

function entryText({ text, isOptional, colon = text.length }: Element, key: (text: string) => string): string {
  const value = text.slice(colon + 1)
  return `[${key(text.slice(0, colon))}, ${isOptional ? `${SOME_CALL}(${value})` : value}]`
}

function optionalText({ text, isOptional }: Element): string {
  return isOptional ? `${SOME_CALL}(${text})` : text
}
