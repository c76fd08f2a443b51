/**
 * Secrets to plant and places to plant them in, drawn from a seed. The values have the shape of real ones and are none;
 * the places are how programs and clusters really leak: logs in five styles, environments, files in ConfigMaps.
 */

import { createRng, type Rng } from '../rng.ts'

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const DIGITS = '0123456789'
const ALNUM = LOWER + UPPER + DIGITS
const HEX = '0123456789abcdef'

export interface Kind {
  readonly name: string
  draw(rng: Rng): string
  /** Texts around `%`; each is one way in which this kind leaks. */
  readonly places: readonly string[]
}

function from(rng: Rng, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(rng.below(alphabet.length))).join('')
}

const b64 = (text: string): string => Buffer.from(text).toString('base64')
const b64url = (text: string): string => Buffer.from(text).toString('base64url')
const WORDS = ['hunter', 'dragon', 'sunshine', 'letmein', 'Winter', 'postgres', 'qwerty', 'shopadmin', 'blue-whale', 'Passw0rd', 'tr0ub4dor', 'correcthorse']
const SIGNS = ['', '!', '1', '2024', '#7', '_x', '.prod', '$9', '%a', '@home', '123', '99!']

/** What people choose: a word, maybe with something behind it. */
function humanPassword(rng: Rng): string {
  return `${WORDS[rng.below(WORDS.length)] ?? 'x'}${SIGNS[rng.below(SIGNS.length)] ?? ''}`
}

/** Anywhere at all: these are told by their own shape. */
const ANYWHERE = [
  'using % for the call',
  '2026-03-01T02:03:04.123Z ERROR request failed: upstream said 401 for key %',
  'level=warn msg="retrying with %" attempt=3',
  '{"level":"error","ts":1772330584.1,"msg":"call failed","detail":"sent %"}',
  'panic: cannot use value "%" here',
  '\tat com.shop.Client.call(Client.java:42) [%]',
  'GET /callback?x=1&code=% HTTP/1.1',
  'env: FOO=%',
]

const PASSWORD_PLACES = [
  'DB_PASSWORD=%',
  'export PGPASSWORD=%',
  '{"user":"app","password":"%"}',
  '{"level":"info","config":{"dbPassword":"%","port":5432}}',
  "{'username': 'app', 'password': '%'}",
  'connecting with user=app password=% host=db port=5432',
  'jdbc:postgresql://db:5432/app?user=app&password=%',
  'Server=db;Database=app;User Id=app;Password=%;Encrypt=true',
  'args: --username=app --password=% --verbose',
  'running: loader --db-password % --batch 100',
  'spring:\n  datasource:\n    username: app\n    password: %\n',
  'spring.datasource.username=app\nspring.datasource.password=%\nserver.port=8080',
  'msg="config loaded" redis.password="%"',
  'Config{User:app, Password:"%", Host:db}',
  'time=2026-03-01T02:03:04Z level=debug msg="{\\"password\\":\\"%\\"}"',
]

const TOKEN_PLACES = [
  'API_TOKEN=%',
  '{"access_token":"%","expires_in":3600}',
  'x-api-key: %',
  'Authorization: Bearer %',
  'request headers: map[Accept:[*/*] Authorization:[Bearer %]]',
  "curl -H 'Authorization: Bearer %' https://api.internal/v1",
  'GET /v1/items?token=%&page=2 HTTP/1.1',
  'client_secret=%',
  'clientSecret: "%"',
  'secret_key = "%"',
  '--auth-token % --retries 3',
  'session_id=% user=17',
]

const anywhere = (name: string, draw: (rng: Rng) => string): Kind => ({ name, draw, places: ANYWHERE })

export const KINDS: readonly Kind[] = [
  { name: 'password of a person', draw: humanPassword, places: PASSWORD_PLACES },
  { name: 'drawn password', draw: (rng) => from(rng, `${ALNUM}!#*+`, 16), places: PASSWORD_PLACES },
  { name: 'token without a shape', draw: (rng) => from(rng, ALNUM, 32), places: TOKEN_PLACES },
  { name: 'hexadecimal token', draw: (rng) => from(rng, HEX, 40), places: TOKEN_PLACES },
  { name: 'uuid as a token', draw: (rng) => [8, 4, 4, 4, 12].map((length) => from(rng, HEX, length)).join('-'), places: TOKEN_PLACES },
  anywhere('jwt', (rng) => `${b64url('{"alg":"RS256","typ":"JWT"}')}.${b64url(`{"sub":"${from(rng, DIGITS, 10)}","exp":1772330584}`)}.${from(rng, ALNUM, 86)}`),
  anywhere('token of a service account', (rng) => `${b64url('{"alg":"RS256","kid":"x"}')}.${b64url(`{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:shop:${from(rng, LOWER, 6)}"}`)}.${from(rng, ALNUM, 342)}`),
  anywhere('AWS access key id', (rng) => `AKIA${from(rng, `${UPPER}234567`, 16)}`),
  { name: 'AWS secret access key', draw: (rng) => from(rng, `${ALNUM}+`, 40), places: ['AWS_SECRET_ACCESS_KEY=%', 'aws_secret_access_key = %', '{"SecretAccessKey":"%"}', 'secretAccessKey: %\nregion: eu-central-1'] },
  anywhere('Google API key', (rng) => `AIza${from(rng, `${ALNUM}_`, 35)}`),
  anywhere('token of ours', (rng) => `boyd_${from(rng, ALNUM, 43)}`),
  anywhere('GitHub token', (rng) => `ghp_${from(rng, ALNUM, 36)}`),
  anywhere('GitHub fine-grained token', (rng) => `github_pat_${from(rng, ALNUM, 22)}_${from(rng, ALNUM, 59)}`),
  anywhere('GitLab token', (rng) => `glpat-${from(rng, ALNUM, 20)}`),
  anywhere('Slack token', (rng) => `xoxb-${from(rng, DIGITS, 12)}-${from(rng, DIGITS, 12)}-${from(rng, ALNUM, 24)}`),
  anywhere('Slack webhook', (rng) => `https://hooks.slack.com/services/T${from(rng, UPPER + DIGITS, 8)}/B${from(rng, UPPER + DIGITS, 8)}/${from(rng, ALNUM, 24)}`),
  anywhere('Stripe key', (rng) => `sk_live_${from(rng, ALNUM, 24)}`),
  anywhere('npm token', (rng) => `npm_${from(rng, ALNUM, 36)}`),
  anywhere('PyPI token', (rng) => `pypi-AgEIcHlwaS5vcmc${from(rng, ALNUM, 60)}`),
  anywhere('SendGrid key', (rng) => `SG.${from(rng, ALNUM, 22)}.${from(rng, ALNUM, 43)}`),
  anywhere('OpenAI key', (rng) => `sk-proj-${from(rng, ALNUM, 48)}`),
  anywhere('Anthropic key', (rng) => `sk-ant-api03-${from(rng, ALNUM, 80)}`),
  anywhere('Hugging Face token', (rng) => `hf_${from(rng, LOWER + UPPER, 34)}`),
  anywhere('Docker token', (rng) => `dckr_pat_${from(rng, ALNUM, 27)}`),
  anywhere('Vault token', (rng) => `hvs.${from(rng, ALNUM, 90)}`),
  anywhere('DigitalOcean token', (rng) => `dop_v1_${from(rng, HEX, 64)}`),
  anywhere('Grafana token', (rng) => `glsa_${from(rng, ALNUM, 32)}_${from(rng, HEX, 8)}`),
  anywhere('Telegram token', (rng) => `${from(rng, '123456789', 1)}${from(rng, DIGITS, 9)}:AA${from(rng, ALNUM, 33)}`),
  { name: 'private key', draw: (rng) => pem(rng, '\n'), places: ['%', 'loading key:\n%\ndone', '2026-03-01T02:03:04Z tls: bad key\n%'] },
  { name: 'private key in JSON', draw: (rng) => pem(rng, '\\n'), places: ['{"type":"service_account","private_key":"%"}', '{"msg":"key is %"}'] },
  {
    name: 'password in an address',
    draw: humanPassword,
    places: ['dial postgres://app:%@db.shop.svc:5432/app?sslmode=disable', 'redis://:%@cache:6379/0', 'amqp://guest:%@mq:5672/', 'cloning https://bot:%@git.internal/shop.git', 'mongodb+srv://app:%@cluster0.abc.mongodb.net/shop', '"url":"mysql://root:%@db/app"'],
  },
  { name: 'basic authorization', draw: (rng) => b64(`app:${from(rng, ALNUM, 12)}`), places: ['Authorization: Basic %', '> authorization: Basic %', '{"headers":{"Authorization":"Basic %"}}'] },
  { name: 'cookie', draw: (rng) => from(rng, ALNUM, 32), places: ['Cookie: theme=dark; session=%', 'set-cookie: sid=%; Path=/; HttpOnly', '{"cookie":"JSESSIONID=%"}'] },
  { name: 'signature of a link', draw: (rng) => from(rng, HEX, 64), places: ['GET https://bucket.s3.amazonaws.com/x?X-Amz-Credential=y&X-Amz-Signature=% failed', 'https://acct.blob.core.windows.net/c?sv=2024-01-01&sig=%', 'https://storage.googleapis.com/b/o?X-Goog-Signature=%'] },
  { name: 'Azure storage key', draw: (rng) => `${from(rng, `${ALNUM}+/`, 86)}==`, places: ['DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=%;EndpointSuffix=core.windows.net', 'Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=%'] },
  { name: 'docker configuration', draw: (rng) => b64(`robot:${from(rng, ALNUM, 20)}`), places: ['{"auths":{"registry.example":{"auth":"%"}}}'] },
  { name: 'key of a kubeconfig', draw: (rng) => b64(pem(rng, '\n')), places: ['users:\n- name: admin\n  user:\n    client-key-data: %\n'] },
  { name: 'token of a kubeconfig', draw: (rng) => from(rng, ALNUM, 40), places: ['users:\n- name: ci\n  user:\n    token: %\n'] },
  { name: 'hash of a password', draw: (rng) => `$2b$12$${from(rng, ALNUM, 53)}`, places: ['user row: (17, app, %)', 'admin:%'] },
  { name: 'password in base64', draw: (rng) => b64(`password=${from(rng, ALNUM, 14)}`), places: ['payload: %', '{"data":"%"}'] },
  { name: 'address with percent signs', draw: (rng) => encodeURIComponent(`postgres://app:${from(rng, ALNUM, 14)}@db:5432/app`), places: ['GET /connect?url=% 500'] },
  { name: 'token in hexadecimal', draw: (rng) => Buffer.from(`api_token=${from(rng, ALNUM, 24)}`).toString('hex'), places: ['packet % dropped'] },
  { name: 'address of mail', draw: (rng) => `${from(rng, LOWER, 6)}.${from(rng, LOWER, 5)}@${from(rng, LOWER, 7)}.com`, places: ['user % logged in', '{"email":"%"}', 'mail to <%> bounced', 'login failed for %: bad password'] },
  { name: 'number of a card', draw: card, places: ['charging card % for order 17', '{"pan":"%"}'] },
]

function pem(rng: Rng, newline: string): string {
  const lines = Array.from({ length: 12 }, () => from(rng, `${ALNUM}+/`, 64))
  return ['-----BEGIN RSA PRIVATE KEY-----', ...lines, `${from(rng, ALNUM, 30)}==`, '-----END RSA PRIVATE KEY-----'].join(newline)
}

/** Sixteen digits of which the last checks the rest (Luhn). */
function card(rng: Rng): string {
  const digits = `4${from(rng, DIGITS, 14)}`
  const sum = [...digits].reverse().reduce((total, digit, at) => total + (at % 2 === 1 ? Number(digit) : Number(digit) > 4 ? Number(digit) * 2 - 9 : Number(digit) * 2), 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

export interface Planted {
  readonly kind: string
  readonly text: string
  readonly value: string
}

/** Every kind in every place, `rounds` times. */
export function plantedTexts(seed: number, rounds: number): Planted[] {
  const rng = createRng(seed)
  return Array.from({ length: rounds }, () => rng).flatMap(() =>
    KINDS.flatMap((kind) =>
      kind.places.map((place) => {
        const value = kind.draw(rng)
        return { kind: kind.name, text: place.replace('%', () => value), value }
      }),
    ),
  )
}
