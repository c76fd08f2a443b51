/**
 * Which names say that a secret follows: of environment variables, fields, headers, parameters, flags.
 *
 * A name is cut into its words (`dbPassword`, `DB_PASSWORD` and `db-password` are one name). Its last word may take the
 * meaning away: a `secretName` names a Secret, a `tokenFile` is a path, `max_tokens` is a count.
 */

/** `password`: whatever follows is secret, however plain. `token`: secret where it looks drawn, or stands in a place made for values. */
export type Grade = 'password' | 'token'

const PASSWORD = new Set(['password', 'passwd', 'passwort', 'passphrase', 'pwd', 'passcode', 'pass', 'pw'])
const TOKEN = new Set(['secret', 'token', 'credential', 'credentials', 'cred', 'creds', 'apikey', 'accesskey', 'secretkey', 'privatekey', 'authtoken', 'accesstoken', 'clientsecret', 'auth', 'authorization', 'bearer', 'jwt', 'cookie', 'sessionid', 'sid', 'sig', 'signature', 'hmac', 'otp', 'totp', 'mfa', 'pat', 'psk', 'salt', 'license', 'licence', 'sessiontoken', 'csrf', 'xsrf'])
/** A key is a secret one only with one of these words before it; a `primary key` is not. */
const KEY_OF = new Set(['api', 'access', 'secret', 'private', 'signing', 'sign', 'encryption', 'encrypt', 'master', 'shared', 'account', 'storage', 'auth', 'session', 'service', 'app', 'application', 'subscription', 'license', 'licence', 'hmac', 'jwt', 'cookie', 'deploy', 'ssh', 'tls', 'ssl', 'client', 'server', 'admin', 'root', 'stripe', 'integration', 'instrumentation', 'write', 'read', 'site', 'webhook', 'fernet', 'django', 'flask', 'rails', 'datadog', 'dd', 'sentry', 'openai', 'sendgrid', 'twilio', 'mailgun', 'aws', 'gcp', 'azure'])
/** A last word that makes the name one about a secret, not of one. */
const ABOUT = new Set(['name', 'names', 'ref', 'refs', 'file', 'files', 'filename', 'path', 'paths', 'dir', 'directory', 'mount', 'volume', 'type', 'kind', 'class', 'length', 'len', 'size', 'expiry', 'expires', 'expiration', 'expired', 'seconds', 'ttl', 'timeout', 'age', 'count', 'total', 'limit', 'max', 'min', 'used', 'url', 'uri', 'endpoint', 'host', 'server', 'issuer', 'audience', 'policy', 'version', 'algorithm', 'alg', 'enabled', 'disabled', 'required', 'field', 'column', 'header', 'prefix', 'namespace', 'rotation', 'interval', 'id', 'ids', 'hash', 'digest', 'checksum', 'fingerprint', 'sha', 'sha256', 'error', 'errors', 'status', 'method', 'mode', 'provider', 'store', 'manager', 'key', 'keys', 'tokens', 'scope', 'scopes', 'reviewer', 'review', 'controller', 'source', 'template', 'selector', 'usage', 'generator', 'validator', 'handler', 'service', 'client', 'user', 'username'])

/** Words that as often name a mechanism (`AUTH=enabled`) as a value. */
const LOOSE = new Set(['auth', 'authorization', 'bearer', 'jwt', 'cookie', 'sid', 'sig', 'signature', 'hmac', 'otp', 'totp', 'mfa', 'pat', 'psk', 'salt', 'license', 'licence', 'csrf', 'xsrf', 'pass', 'pw'])

/** A name that is given to values and to nothing else: what an environment holds under it is secret, drawn or not. */
export function isGivenToSecrets(name: string): boolean {
  return gradeOf(name) !== undefined && !LOOSE.has(wordsOf(name).at(-1) ?? '')
}

const known = new Map<string, Grade | null>()
const KNOWN_MAX = 20_000

/** Undefined for a name that promises nothing. */
export function gradeOf(name: string): Grade | undefined {
  const kept = known.get(name)
  if (kept !== undefined) return kept ?? undefined
  const grade = gradeOfWords(wordsOf(name))
  if (known.size > KNOWN_MAX) known.clear()
  known.set(name, grade ?? null)
  return grade
}

function gradeOfWords(words: readonly string[]): Grade | undefined {
  const last = words.at(-1)
  if (last === undefined) return undefined
  if (isSecretKey(words) || (last === 'id' && CREDENTIAL_IDS.has(words.at(-2) ?? ''))) return 'token'
  if (ABOUT.has(last)) return undefined
  if (words.some((word) => PASSWORD.has(word) && (word.length > 4 || word === last))) return 'password'
  if (last.endsWith('password') || last.endsWith('passwd')) return 'password'
  if (TOKEN.has(last) || last.endsWith('apikey') || last.endsWith('secret') || (last.endsWith('token') && last.length > 5)) return 'token'
  return words.slice(0, -1).some((word, at) => TOKEN.has(word) && VALUE_WORDS.has(words[at + 1] ?? '')) ? 'token' : undefined
}

/** Ids that open doors by themselves. */
const CREDENTIAL_IDS = new Set(['session', 'secret'])

/** `secret_value`, `token-data`, `client-key-data`. */
const VALUE_WORDS = new Set(['value', 'data', 'string', 'text', 'base64', 'b64', 'plain', 'plaintext', 'raw', 'current', 'previous', 'old', 'new', 'primary', 'secondary', 'prod', 'production', 'staging', 'test', 'live', 'dev'])

function isSecretKey(words: readonly string[]): boolean {
  return words.some((word, at) => {
    if (word !== 'key') return false
    const rest = words.slice(at + 1)
    return KEY_OF.has(words[at - 1] ?? '') && rest.every((follower) => VALUE_WORDS.has(follower) || /^\d+$/.test(follower))
  })
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .flatMap((word, at, all) => (/^\d+$/.test(word) && at === all.length - 1 && at > 0 ? [] : [word]))
}
