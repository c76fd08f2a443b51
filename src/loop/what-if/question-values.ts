/** Values in a question: taints as `key=value:Effect`, images as `container=image`, variables as `NAME=value`, resources as `memory=512Mi,cpu=1`, sizes as `to 6` and `by -2`. */

import { parseQuantity } from '../../model/kube/quantity.ts'
import type { ContainerChange, Doing, Size, VariableChange, WantedTaint } from '../../model/what-if.ts'
import { thingOf, unclear, wholeNumber, type Words } from './question-words.ts'

/** Past every default threshold. */
const FULL_PERCENT = 98

const EFFECTS: readonly WantedTaint['effect'][] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** `key=value:Effect`, `key:Effect`, and with `-` behind it what is taken away: `key-`, `key:Effect-`. */
export function taintsIn(words: readonly string[], text: string): Pick<Extract<Doing, { type: 'taint' }>, 'add' | 'remove'> {
  if (words.length === 0) throw unclear(text, 'it names no taint', 'Write it as kubectl does: key=value:NoExecute, or key:NoExecute- to take it away.')
  const isRemoved = (word: string): boolean => word.endsWith('-')
  return {
    add: words.filter((word) => !isRemoved(word)).map((word) => taintOf(word, text)),
    remove: words.filter(isRemoved).map((word) => {
      const [name = '', effect] = word.slice(0, -1).split(':')
      return { key: name.split('=')[0] ?? '', ...(effect === undefined ? {} : { effect: effectOf(effect, text) }) }
    }),
  }
}

function taintOf(word: string, text: string): WantedTaint {
  const [name = '', effect] = word.split(':')
  if (effect === undefined) throw unclear(text, `${word} has no effect`, `Write key=value:EFFECT with one of ${EFFECTS.join(', ')}.`)
  const [key = '', value] = name.split('=')
  return { key, effect: effectOf(effect, text), ...(value === undefined || value === '' ? {} : { value }) }
}

function effectOf(word: string, text: string): WantedTaint['effect'] {
  const effect = EFFECTS.find((known) => known.toLowerCase() === word.toLowerCase())
  if (effect === undefined) throw unclear(text, `${word} is no effect of a taint`, `One of ${EFFECTS.join(', ')}.`)
  return effect
}

/** `key=value` sets, `key-` takes away. */
export function marksIn(words: readonly string[], text: string): Readonly<Record<string, string | null>> {
  if (words.length === 0) throw unclear(text, 'it names no key', 'Write it as kubectl does: key=value, or key- to take it away.')
  return Object.fromEntries(words.map((word) => {
    const [, key = '', value = null] = /^([^=]+)=(.*)$/s.exec(word) ?? /^([^=]+)-$/.exec(word) ?? []
    if (key === '') throw unclear(text, `${word} has no key`)
    return [key, value]
  }))
}

const NUMBER = /^[+-]?\d+$/

/** `--replicas=6`, `to 6`, `6`; `by 2` and `by -2`. What is left over are names. */
export function sizeIn({ names, flags, text }: Words): { readonly names: readonly string[]; readonly to: Size } {
  const at = names.indexOf('by')
  const objects = names.filter((word) => !NUMBER.test(word) && word !== 'to' && word !== 'by')
  if (at < 0) return { names: objects, to: { replicas: wholeNumber(flags.get('--replicas') ?? names.find((word) => NUMBER.test(word)), text, 'scale needs --replicas=NUMBER') } }
  const [, sign, digits] = /^([+-]?)(\d{1,6})$/.exec(names[at + 1] ?? '') ?? []
  if (digits === undefined || flags.has('--replicas')) throw unclear(text, '"by" needs a number behind it, such as 2 or -2, and no --replicas')
  return { names: objects, to: { by: sign === '-' ? -Number(digits) : Number(digits) } }
}

interface SetWords {
  readonly what: string
  /** `app=registry/app:2`. */
  readonly values: readonly string[]
  readonly words: Words
}

const SET_HINT = 'Write set image deploy/web app=IMAGE, set env deploy/web -c app NAME=value, or set resources deploy/web -c app --limits memory=512Mi. Anything else with apply -f.'

export function containerChangesIn(given: SetWords): ContainerChange[] {
  const { what, values, words: { text } } = given
  if (what === 'image' && values.length === 0) throw unclear(text, 'it names no image', 'Write set image deploy/web CONTAINER=IMAGE, or *=IMAGE for all containers.')
  if (what === 'image') return values.map((word) => imageOf(word, text))
  if (what === 'env') return forContainers(given, variablesOf(given))
  if (what === 'resources') return forContainers(given, amountsOf(given))
  throw unclear(text, `set ${what} is not played`, SET_HINT)
}

function forContainers({ words: { flags } }: SetWords, change: Omit<ContainerChange, 'container'>): ContainerChange[] {
  return (flags.get('-c') ?? '*').split(',').map((container) => ({ container, ...change }))
}

function amountsOf({ words: { flags, text } }: SetWords): Omit<ContainerChange, 'container'> {
  const amounts = { ...amountsAt('limits', flags.get('--limits'), text), ...amountsAt('requests', flags.get('--requests'), text) }
  if (Object.keys(amounts).length === 0) throw unclear(text, 'it names no --limits and no --requests', SET_HINT)
  return amounts
}

function variablesOf({ values, words: { flags, text } }: SetWords): Omit<ContainerChange, 'container'> {
  const written = [...values, ...(flags.get('--env') === undefined ? [] : [flags.get('--env') ?? ''])].map((word) => variableOf(word, text))
  const from = flags.get('--from')
  if (written.length === 0 && from === undefined) throw unclear(text, 'it names no variable', 'Write set env deploy/web NAME=value, NAME- to take it away, or --from=configmap/NAME.')
  const source = from === undefined ? {} : { envOf: { source: thingOf(from, flags.get('-n'), text), prefix: flags.get('--prefix') ?? '' } }
  return { ...(written.length === 0 ? {} : { env: written }), ...source }
}

/** `NAME=value`, or `NAME-` for one that is taken away. */
function variableOf(word: string, text: string): VariableChange {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? []
  if (name !== '') return { name, value }
  if (word.endsWith('-') && word.length > 1 && !word.includes('=')) return { name: word.slice(0, -1) }
  throw unclear(text, `${word} is no NAME=value`)
}

function imageOf(word: string, text: string): ContainerChange {
  const [, container = '', image = ''] = /^([^=]*)=(.*)$/.exec(word) ?? []
  if (container === '' || image === '') throw unclear(text, `${word} is no CONTAINER=IMAGE`)
  return { container, image }
}

function amountsAt(field: 'limits' | 'requests', given: string | undefined, text: string): Pick<ContainerChange, 'limits' | 'requests'> {
  if (given === undefined) return {}
  const amounts = given.split(',').map((part) => {
    const [name = '', amount = ''] = part.split('=')
    if (name === '' || parseQuantity(amount) === undefined) throw unclear(text, `${part} is no amount; write memory=512Mi or cpu=500m`)
    return [name, amount] as const
  })
  return { [field]: Object.fromEntries(amounts) }
}

/** What is filled: the disk where nothing else is named. */
export function filledIn({ flags, text }: Words): 'disk' | 'inodes' | 'pids' {
  const named = flags.get('--resource') ?? 'disk'
  if (named !== 'disk' && named !== 'inodes' && named !== 'pids') throw unclear(text, '--resource is disk, inodes or pids')
  return named
}

/** `to 95%`; so full that every threshold is passed where no number is given. */
export function percentIn({ names, text }: Words): number {
  const to = names[names.indexOf('to') + 1]
  const word = names.find((name) => name.endsWith('%')) ?? (names.includes('to') ? `${to ?? ''}%` : undefined)
  if (word === undefined) return FULL_PERCENT
  const percent = Number(word.slice(0, -1))
  if (!Number.isFinite(percent) || word.length === 1 || percent < 0 || percent > 100) throw unclear(text, `${word} is no share; write to 95%`)
  return percent
}
