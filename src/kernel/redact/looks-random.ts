/**
 * Does a value look drawn by chance, or does it say something? What follows `token=` is a secret when it is
 * drawn; it is ordinary when it is a word, a name, a path, a number or a reference.
 */

/** Not a value but a word about one. */
const PLACEHOLDER = /^(?:null|nil|none|undefined|true|false|yes|no|on|off|empty|unset|not[ _-]?set|missing|invalid|required|expired|unknown|n\/a|\.{2,}|x{3,}|\*+|<[^>]*>|\[[^\]]*\]|%[sdvq]|\{\}|\?|redacted|filtered|masked|hidden|changeme|example|string|int)$/i
/** `$(NAME)`, `${NAME}`, `$NAME`, `{{ .Values.x }}`, `%(name)s`: said elsewhere. */
const REFERENCE = /^(?:\$\(?\{?[A-Za-z_][\w.:-]*\}?\)?|\{\{.*\}\}|%\([\w.]+\)s|vault:\S+|ref\+\S+|secretref:\S+)$/

function isMarked(value: string): boolean {
  return value.startsWith('⟦') && value.indexOf('⟧') === value.length - 1
}

/** Not worth hiding, whatever its name says. */
export function isPlaceholder(value: string): boolean {
  return value.length === 0 || isMarked(value) || PLACEHOLDER.test(value) || REFERENCE.test(value)
}

const MIN_LENGTH = 8
/** The beginning tells; the rest of a long value is more of the same. */
const JUDGED_MAX = 256
/** Bits a character: English words have about 3, hexadecimal draws 3.5 and more at 16 characters. */
const BITS_MIN = 2.9

/** True for keys, tokens and drawn passwords; false for words, names of objects, paths, versions, times, counts. */
export function looksRandom(whole: string): boolean {
  const value = whole.length > JUDGED_MAX ? whole.slice(0, JUDGED_MAX) : whole
  if (value.length < MIN_LENGTH || isPlaceholder(value) || ORDINARY.some((pattern) => pattern.test(value))) return false
  if (UUID.test(value)) return true
  if (entropyOf(value) < BITS_MIN) return false
  return value.split(SEPARATORS).some(isDrawn)
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const SEPARATORS = /[-_.:/@,;|]+/
const ORDINARY: readonly RegExp[] = [
  // A number, with or without a unit; a duration; a date; an address; a version.
  /^[-+]?\d+(?:\.\d+)?[a-zA-Zµ%]{0,3}$/,
  /^(?:\d+(?:h|m|s|ms|d))+$/,
  /^\d{4}-\d\d-\d\d(?:[T ].*)?$/,
  /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$/,
  /^v?\d+(?:\.\d+)+/,
  // A path, a module, a class, a digest that says so.
  /^(?:\/|\.\/|~\/|[A-Za-z]:\\)/,
  /^(?:[a-z]+\.)+[A-Z]\w*/,
  /^(?:sha256|sha1|md5):/,
  /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/,
]

/** One piece between separators: letters and digits in a mix that no word has, or long without a vowel's rhythm. */
function isDrawn(piece: string): boolean {
  if (piece.length < MIN_LENGTH) return false
  const changes = classChanges(piece)
  if (/\d/.test(piece)) return changes >= 3 || (piece.length >= 16 && changes >= 2)
  if (/^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*$/.test(piece) && piece.length < 40) return hasUpperNoise(piece)
  return changes >= 4 || /[^\w]/.test(piece)
}

/** `CamelCaseName` has words of three letters and more; `aBxQzTkRw` has not. */
function hasUpperNoise(piece: string): boolean {
  const words = piece.split(/(?=[A-Z])/)
  return words.length >= 4 && piece.length / words.length < 2.6
}

/** How often the kind of character changes: `deploy42` once, `a8Xk2p` four times. */
function classChanges(text: string): number {
  let changes = 0
  let before = kindOf(text.charCodeAt(0))
  for (let at = 1; at < text.length; at += 1) {
    const kind = kindOf(text.charCodeAt(at))
    if (kind !== before) changes += 1
    before = kind
  }
  return changes
}

function kindOf(code: number): number {
  if (code >= 48 && code <= 57) return 0
  if (code >= 97 && code <= 122) return 1
  if (code >= 65 && code <= 90) return 2
  return 3
}

/** Shannon entropy in bits a character; characters past ASCII count as one of it. */
export function entropyOf(text: string): number {
  const counts = new Uint16Array(128)
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at) & 127
    counts[code] = (counts[code] ?? 0) + 1
  }
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
