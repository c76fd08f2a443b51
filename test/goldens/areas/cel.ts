/** Expressions of admission policies and of custom resources: what they come to, in which words they fail, and which are refused. */

import { Optional } from '@marcbachmann/cel-js'
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import * as fc from 'fast-check'
import { expressionLibrary, type ExpressionLibrary } from '../../../src/twin/cel/expressions.ts'
import { Address, Network } from '../../../src/twin/cel/functions/addresses.ts'
import { Quantity } from '../../../src/twin/cel/functions/quantities.ts'
import { Url } from '../../../src/twin/cel/functions/urls.ts'
import { Version } from '../../../src/twin/cel/functions/versions.ts'
import { celValue, entriesOf, shownNumber, timestampText } from '../../../src/twin/cel/values.ts'
import { jsonEqual } from '../../../src/kernel/json.ts'
import { area } from '../area.ts'

interface Asked {
  readonly text: string
  readonly variables: Readonly<Record<string, unknown>>
}

const NAMES = ['object', 'params', 'n', 's', 'l', 'm']

const OBJECTS = [
  { metadata: { name: 'web', namespace: 'shop', labels: { app: 'web', 'example.com/tier': 'gold' }, annotations: {} }, spec: { replicas: 3, paused: false, ratio: 0.5, template: { spec: { containers: [{ name: 'app', image: 'registry.example.com/web:1.2.3', resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '250m', memory: '512Mi' } } }, { name: 'side', image: 'nginx' }] } } } },
  { metadata: { name: 'lone' }, spec: { replicas: 0, containers: [] } },
  { metadata: { name: 'x-1', labels: { app: '' } }, spec: { replicas: -1, ports: [{ port: 80, name: 'http' }, { port: 443 }], template: null } },
]
const PARAMS = [{ maxReplicas: 3, allowed: ['web', 'db'], limit: '1Gi', cidrs: ['10.0.0.0/8', '192.168.1.0/24'] }, null, { maxReplicas: '3' }]

const quoted = (text: string): string => JSON.stringify(text)
const from = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
/** `t` with each `@` taken by the next of the parts. */
const filled = (template: string, ...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.tuple(...parts).map((values) => values.reduce((text, value) => text.replace('@', () => value), template))
const oneOf = (...arbitraries: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.oneof(...arbitraries)

const word = from('', 'a', 'abc', 'hello world', 'a,b,,c', 'été', '1.5', '12', 'TRUE', ' x\t', 'aXbX', 'foo@example.com', '日本語', '%', 'x"y')
const text = oneOf(word.map(quoted), from('s', 'object.metadata.name', 'object.metadata.namespace'))
const whole = from('0', '1', '2', '3', '-1', '10', 'n', 'object.spec.replicas', '9223372036854775807')
const pattern = from('^a', 'b+', '[a-z]+', '(?i)HELLO', '\\\\d+', 'X', '.', '', 'a|b', '^[a-z0-9.-]+/[a-z]+:[0-9.]+$').map((inner) => `"${inner}"`)
const quantity = from('1', '1.5Gi', '500m', '100k', '200K', '0', '-1', '1e3', '0.1', '.5', '1Ki', '50M', '50Mi', '9999999999999999999999G', '1n', '0.0000000001', '1Ei', 'Three', '', '+1', '1E', '12e6', '1.G', '007', '3.00', '100000000000000000000').map(quoted)
const address = from('10.0.0.1', '10.0.0.0', '192.168.1.7', '127.0.0.1', '255.255.255.255', '0.0.0.0', '224.0.0.1', '169.254.1.1', '::1', '::', 'fe80::1', 'ff02::1', '2001:db8::abcd', '2001:DB8:0:0::1', '::ffff:1.2.3.4', '1.2.3', '1.2.3.256', '01.2.3.4', 'fe80::1%eth0', 'x', '', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', '1::2::3', '64:ff9b::1.2.3.4', '12345::').map(quoted)
const network = from('10.0.0.0/8', '10.0.0.0/16', '192.168.1.0/24', '192.168.1.7/24', '::1/128', '2001:db8::/32', '::/0', '10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', '10.0.0/8', '::ffff:1.2.3.4/100', '0.0.0.0/0', 'x/1').map(quoted)
const url = from('https://example.com:8443/a/b?x=1&x=2&y=a%20b#top', 'http://user:pw@example.com/', '/path?q', 'relative', 'https://[::1]:80/p', 'mailto:a@b', 'https://example.com/a b', 'https://ex ample.com', 'http://example.com:port/', 'https://example.com/%zz', '', ':x', 'https://EXAMPLE.com/é', '//host/p', 'https://example.com', 'ftp://h:21/a+b;c').map(quoted)
const version = from('1.2.3', '1.2.3-alpha.1', '1.2.3-alpha.2', '1.2.3-beta', '1.2.3+build', '1.2', 'v1.2.3', '01.2.3', '1.0.0', '2.0.0', '1.2.x', '', '1.2.3-', '10.0.0').map(quoted)
/** Without qualifiedName, whose words are those of 1.36 in every release here (docs/agreement.md). */
const named = from('dns1123Label', 'dns1123Subdomain', 'dns1035Label', 'dns1123LabelPrefix', 'dns1123SubdomainPrefix', 'dns1035LabelPrefix', 'labelValue', 'uuid', 'byte', 'date', 'datetime', 'uri')
const label = from('web', 'Web', 'a.b', '1a', '-a', 'a-', 'example.com/name', '', 'a/b/c', '123e4567-e89b-12d3-a456-426614174000', 'aGVsbG8=', '2021-01-01', '2021-13-01', '2021-01-01T00:00:00Z', 'https://example.com', 'x_y').map(quoted)
const list = from('[1, 2, 3]', '[3, 1, 2]', '[]', '["b", "a"]', '[1, 2, 2, 3]', '[1.5, 0.5]', 'l', '[true, false]', '[[1], [2, [3]]]', 'params.allowed', '[duration("1s"), duration("1m")]')
const duration = from('1s', '1h30m', '1.5s', '-2m', '100ms', '0', '1x', '', '5', '1us').map(quoted)
const time = from('2024-01-15T14:30:45Z', '2024-02-29T23:59:59.123Z', '2024-01-15T14:30:45+02:00', '2024-01-15', 'x').map(quoted)
const comparison = from('==', '!=', '<', '<=', '>', '>=')
const quantityOf = filled('quantity(@)', quantity)
const versionOf = filled('semver(@)', version)

const strings = oneOf(
  filled('@.@()', text, from('lowerAscii', 'upperAscii', 'trim', 'size')),
  filled('@.@(@)', text, from('startsWith', 'endsWith', 'contains', 'indexOf', 'lastIndexOf', 'split', 'matches', 'find', 'findAll'), text),
  filled('@.@(@)', text, from('charAt', 'substring'), whole),
  filled('@.@(@, @)', text, from('indexOf', 'lastIndexOf', 'split', 'findAll'), text, whole),
  filled('@.substring(@, @)', text, whole, whole),
  filled('@.replace(@, @)', text, text, text),
  filled('@.replace(@, @, @)', text, text, text, whole),
  filled('@.@(@)', text, from('matches', 'find', 'findAll'), pattern),
  filled('@ + @', text, text),
  filled('strings.quote(@)', text),
  filled('[@, @].join(@)', text, text, text),
  filled('"@".format([@, @])', from('%s is %s', '%d and %s', '%x %X', '%b %o', '%.2f %e', '%s', '%s %s %s', '%q %s', '%%%s%s', '%.3f|%s'), oneOf(text, whole, from('1.5', '[1, "a", 2.5]', '{"b": 1, "a": null}', 'true', 'b"ab"', 'duration("90s")', 'timestamp("2024-01-15T14:30:45Z")', 'null')), oneOf(text, whole, from('2.0', 'false'))),
)
const lists = oneOf(
  filled('@.@()', list, from('isSorted', 'sum', 'min', 'max', 'distinct', 'reverse', 'sort', 'flatten', 'size')),
  filled('@.@()', oneOf(from('params.allowed', 'params.missing', 'object.metadata', 'm.a', 'null'), filled('dyn(@)', oneOf(whole, text, from('true', '1.5', '{"a": 1}', 'b"a"', '1u')))), from('distinct', 'sort', 'reverse', 'sum', 'min', 'isSorted', 'size')),
  filled('@.@(@)', oneOf(filled('dyn(@)', oneOf(whole, text, list)), from('n', 's', 'l', 'm')), from('indexOf', 'charAt', 'split', 'join', 'startsWith', 'substring', 'matches'), from('n', 's', 'l', 'm')),
  filled('@(@)', from('int', 'uint', 'double', 'bool', 'string', 'bytes', 'duration', 'quantity', 'isQuantity', 'ip', 'cidr', 'url', 'isURL', 'semver', 'size', 'strings.quote', 'lists.range'), from('n', 's', 'l', 'm')),
  filled('@.@(@)', list, from('indexOf', 'lastIndexOf'), oneOf(whole, text)),
  filled('@.slice(@, @)', list, whole, whole),
  filled('lists.range(@)', from('0', '1', '4')),
  filled('sets.@(@, @)', from('contains', 'equivalent', 'intersects'), list, list),
  filled('@.@(x, x @ @)', list, from('all', 'exists', 'exists_one', 'existsOne', 'map', 'filter'), comparison, oneOf(whole, text)),
  filled('@.@(i, x, i < 2 && x @ @)', list, from('all', 'exists', 'existsOne'), comparison, whole),
  filled('@.@(i, x, [i, x])', list, from('transformList', 'transformMap')),
  filled('@.@(i, x, i > 0, x)', list, from('transformList', 'transformMap')),
  filled('@.transformMapEntry(k, v, {v: k})', from('{"a": "x", "b": "y"}', '{"a": "x", "b": "x"}', '["p", "q"]', 'object.metadata.labels')),
  filled('@ in @', oneOf(text, whole), from('[1, 2, 3]', 'l', 'm', 'params.allowed', '["web", "db"]')),
  filled('@[@]', list, from('0', '1', '2', '-1', '10', 'n')),
  filled('@ + @', list, list),
)
const kubernetes = oneOf(
  oneOf(quantityOf, filled('isQuantity(@)', quantity)),
  filled('@.@()', quantityOf, from('sign', 'isInteger', 'asInteger', 'asApproximateFloat')),
  filled('sign(@)', quantityOf),
  filled('@.@(@)', quantityOf, from('add', 'sub', 'isLessThan', 'isGreaterThan', 'compareTo'), quantityOf),
  filled('@.@(@)', quantityOf, from('add', 'sub'), whole),
  filled('@ @ @', quantityOf, from('==', '!='), quantityOf),
  filled('quantity(@).add(@).sub(@).asInteger()', quantity, whole, quantityOf),
  filled('@(@)', from('isIP', 'ip', 'ip.isCanonical'), address),
  filled('ip(@).@()', address, from('family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast', 'isLinkLocalUnicast', 'isGlobalUnicast')),
  filled('string(ip(@))', address),
  filled('ip(@) == ip(@)', address, address),
  filled('@(@)', from('isCIDR', 'cidr'), network),
  filled('cidr(@).@', network, from('ip()', 'prefixLength()', 'masked()', 'masked() == cidr("10.0.0.0/8")')),
  filled('cidr(@).@(@)', network, from('containsIP', 'containsCIDR'), oneOf(address, network, filled('ip(@)', address), filled('cidr(@)', network))),
  filled('@(@)', from('isURL', 'url'), url),
  filled('url(@).@()', url, from('getScheme', 'getHost', 'getHostname', 'getPort', 'getEscapedPath', 'getQuery')),
  filled('@(@)', from('semver', 'isSemver'), version),
  filled('@(@, true)', from('semver', 'isSemver'), version),
  filled('@.@()', versionOf, from('major', 'minor', 'patch')),
  filled('@.@(@)', versionOf, from('isLessThan', 'isGreaterThan', 'compareTo'), versionOf),
  filled('format.@().validate(@)', named, label),
  filled('format.named("@").@', oneOf(named, from('nothing')), from('hasValue()', 'value().validate("a.B")')),
)
const language = oneOf(
  filled('@ @ @', oneOf(whole, text, from('1.5', 'true', '1u')), oneOf(comparison, from('+', '-', '*', '/', '%')), oneOf(whole, text, from('2.5', 'false', '2u'))),
  filled('@ @ null', oneOf(whole, text, from('object.spec.template', 'null')), from('==', '!=')),
  filled('dyn(@) @ dyn(@)', oneOf(whole, text, from('1.5', 'true', 'null')), oneOf(comparison, from('+', '-')), oneOf(whole, text, from('2.5', 'false', 'null'))),
  filled('@(@)', from('int', 'uint', 'double', 'bool', 'string', 'bytes'), oneOf(whole, text, from('1.5', '-2.9', 'true', '1e21', '0.00001', '100.0', '1e-7', 'b"ab"', '3u'))),
  filled('@(@)', from('duration', 'string(duration', 'int(duration').map((name) => name), duration).map((made) => `${made}${')'.repeat(made.split('(').length - made.split(')').length)}`),
  filled('duration(@) @ duration(@)', duration, from('+', '-', '<', '=='), duration),
  filled('duration(@).@()', duration, from('getHours', 'getMinutes', 'getSeconds', 'getMilliseconds')),
  filled('string(timestamp(@))', time),
  filled('timestamp(@) @ duration(@)', time, from('+', '-'), from('1s', '1h30m', '-2m', '100ms').map(quoted)),
  filled('timestamp(@) - timestamp(@)', time, time),
  filled('timestamp(@).@()', time, from('getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds')),
  filled('object.@', from('metadata.name', 'metadata.missing', 'spec.replicas', 'spec.missing.deep', 'metadata.labels["app"]', 'metadata.labels["none"]', 'spec.template', 'spec.ratio', 'metadata.name.deep')),
  filled('object.?@', from('metadata', 'metadata.name', 'spec.?replicas', 'metadata.labels[?"app"]', 'spec.missing.deep', 'metadata.labels.app')).chain((base) => from('', '.hasValue()', '.orValue("none")', '.orValue(0)', '.value()', '.optMap(v, string(v))', '.optFlatMap(v, optional.of(v))', '.or(optional.of("x"))').map((end) => base + end)),
  filled('has(object.@)', from('metadata', 'metadata.labels', 'metadata.labels.app', 'spec.missing', 'spec.missing.deep', 'spec.template.spec')),
  filled('@ @ @', from('object.spec.missing > 0', 'true', 'false', 'object.spec.replicas > 0', '1 / 0 == 1', 'object.metadata.name'), from('&&', '||'), from('object.missing == 1', 'true', 'false', '2 / 0 == 1', 'has(object.spec)')),
  filled('@ ? @ : @', from('true', 'false', 'object.spec.paused', 'has(object.spec)', 'object.spec.replicas'), text, text),
  filled('[@, ?@]', whole, from('object.?spec.?replicas', 'optional.none()', 'optional.of(5)', 'object.?missing')),
  filled('{"a": @, ?"b": @}', whole, from('object.?spec.?replicas', 'optional.none()', 'object.?missing')),
  filled('cel.bind(x, @, x + x)', oneOf(whole, text)),
  filled('type(@)', oneOf(whole, text, from('1.5', 'null', '[1]', '{"a": 1}', 'b"a"', '1u', 'true'))),
  filled('optional.@', from('of(1)', 'none()', 'ofNonZeroValue(0)', 'ofNonZeroValue("x")', 'of(1).value()', 'none().value()', 'none().orValue(3)', 'of(1) == optional.of(1)')),
  filled('@', from('object.spec.template.spec.containers.all(c, has(c.resources))', 'object.spec.template.spec.containers.all(c, quantity(c.resources.limits.cpu).isLessThan(quantity("1")))', 'object.spec.template.spec.containers.map(c, c.image)', 'object.spec.replicas <= params.maxReplicas', 'object.metadata.labels.all(k, k.startsWith("a"))', 'object.metadata.?labels.orValue({}).exists(k, v, k == "app" && v == "web")', 'size(object.spec.template.spec.containers) > 1', 'object.spec.ports.filter(p, has(p.name)).map(p, p.port)', 'm.a + m.b', 'm["a"]', 'm.exists(k, m[k] == 2)', 'l.map(x, x * 2).sum()', 'l.filter(x, x > 1).size()', 's.size() + n', '"%s has %d".format([object.metadata.name, object.spec.replicas])', 'params.cidrs.exists(c, cidr(c).containsIP("10.1.2.3"))', 'missing(1)', 'object.', '1 +', 'nothing', '"a" "b"', '[1, "a"]', '{"a": 1, "b": "c"}', 'object.metadata == null', 'object == null', 'params == null || params.maxReplicas > 1')),
)

const BAGS: readonly Readonly<Record<string, unknown>>[] = [{ n: 2, s: 'web', l: [1, 2, 3], m: { a: 1, b: 2 } }, { n: 0, s: '', l: [], m: {} }, { n: -3, s: 'été 1', l: ['a', 'b'], m: { a: 'x', b: 1.5 } }]

export const cel = area<Asked>({
  name: 'cel',
  questions: fc
    .record({ text: fc.oneof(strings, lists, { arbitrary: kubernetes, weight: 2 }, language), object: from(...OBJECTS), params: from(...PARAMS), bag: from(...BAGS) })
    .map(({ text: expression, object, params, bag }) => ({ text: expression, variables: { object, params, ...bag } })),
  count: 2000,
  // What upstream refuses is never stored, so nobody asks what it comes to; what it takes must be taken.
  agrees: (ours, upstream) => jsonEqual(upstream, { refused: true }) || jsonEqual(ours, upstream),
  answer({ text: expression, variables }) {
    const { flaw, evaluate } = library().compile(expression)
    if (flaw !== undefined) return { refused: true }
    const outcome = evaluate(celValue(variables) as Record<string, unknown>)
    return outcome.type === 'value' ? { value: shown(outcome.value) } : { error: outcome.message }
  },
})

let made: ExpressionLibrary | undefined

function library(): ExpressionLibrary {
  return (made ??= expressionLibrary(NAMES))
}

/** With its type, as the other side writes it. */
function shown(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return { int: String(value) }
  if (typeof value === 'number') return { double: shownNumber(value) }
  if (Array.isArray(value)) return value.map(shown)
  if (value instanceof Optional) return { optional: value.hasValue() ? [shown(value.value())] : [] }
  return shownObject(value as object)
}

const SHOWN: readonly (readonly [new (...args: never[]) => object, (value: never) => unknown])[] = [
  [UnsignedInt, (value: UnsignedInt) => ({ uint: String(value.valueOf()) })],
  [Uint8Array, (value: Uint8Array) => ({ bytes: Buffer.from(value).toString('base64') })],
  [Duration, ({ seconds, nanos }: Duration) => ({ duration: String(seconds * 1_000_000_000n + BigInt(nanos)) })],
  [Date, (value: Date) => ({ timestamp: timestampText(value) })],
  [Address, (value: Address) => ({ ip: value.toString() })],
  [Network, (value: Network) => ({ cidr: value.toString() })],
  [Url, ({ text: whole }: Url) => ({ url: whole })],
  [Version, (value: Version) => ({ semver: value.toString() })],
  [Quantity, quantityShown],
]

function shownObject(value: object): unknown {
  const show = SHOWN.find(([type]) => value instanceof type)?.[1] as ((value: object) => unknown) | undefined
  if (show !== undefined) return show(value)
  if (value.constructor?.name === 'Type') return { type: String((value as { name: string }).name).replace(/^null$/, 'null_type') }
  if (value.constructor !== Object && value.constructor !== Map && value.constructor !== undefined) return { other: 'kubernetes.NamedFormat' }
  const pairs = entriesOf(value).map(([key, entry]): [unknown, unknown] => [shown(key), shown(entry)])
  return { map: pairs.sort(([left], [right]) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1)) }
}

/** The number and the power of ten, without what changes neither. */
function quantityShown({ unscaled, exponent }: Quantity): unknown {
  const digits = unscaled.toString().replace(/0+$/, '')
  return { quantity: unscaled === 0n ? '0' : `${digits}e${exponent + unscaled.toString().length - digits.length}` }
}
