/** Values in a question: taints as `key=value:Effect`, images as `container=image`, resources as `memory=512Mi,cpu=1`. */

import { parseQuantity } from '../../model/kube/quantity.ts'
import type { ContainerChange, Doing, WantedTaint } from '../../model/what-if.ts'
import { unclear, type Words } from './question-words.ts'

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

interface SetWords {
  readonly what: string
  /** `app=registry/app:2`. */
  readonly values: readonly string[]
  readonly words: Words
}

export function containerChangesIn({ what, values, words: { flags, text } }: SetWords): ContainerChange[] {
  if (what === 'image' && values.length > 0) return values.map((word) => imageOf(word, text))
  if (what === 'image') throw unclear(text, 'it names no image', 'Write set image deploy/web CONTAINER=IMAGE, or *=IMAGE for all containers.')
  const amounts = { ...amountsAt('limits', flags.get('--limits'), text), ...amountsAt('requests', flags.get('--requests'), text) }
  if (what === 'resources' && Object.keys(amounts).length > 0) return (flags.get('-c') ?? '*').split(',').map((container) => ({ container, ...amounts }))
  throw unclear(text, what === 'resources' ? 'it names no --limits and no --requests' : 'only an image or resources can be set', 'Write set image deploy/web app=IMAGE, or set resources deploy/web -c app --limits memory=512Mi. Anything else with apply -f.')
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
