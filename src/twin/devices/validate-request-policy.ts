/** How much of a device that is shared one claim may take: certain amounts, or a range in steps. */

import { parseQuantity } from '../../model/kube/quantity.ts'
import { forbiddenField, invalidField, requiredField, type FieldError } from '../api/field-error.ts'
import { setErrors } from './bounded-lists.ts'

export interface RequestPolicy {
  readonly default?: string
  readonly validValues?: readonly string[]
  readonly validRange?: Range
}

interface Range {
  readonly min?: string
  readonly max?: string
  readonly step?: string
}

const OPTIONS_MAX = 10

/** `whole`: the amount that the device has. */
export function requestPolicyErrors(whole: string, { default: usual, validValues = [], validRange }: RequestPolicy, at: string): readonly FieldError[] {
  if (validValues.length > 0 && validRange !== undefined) return [forbiddenField(at, 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time')]
  if (validValues.length > 0) return usual === undefined ? [requiredField(`${at}.default`, 'required when validValues is defined')] : optionErrors({ usual, whole, options: validValues }, `${at}.validValues`)
  if (validRange === undefined) return []
  return usual === undefined ? [requiredField(`${at}.default`, 'required when validRange is defined')] : rangeErrors({ usual, whole, range: validRange }, `${at}.validRange`)
}

function optionErrors({ usual, whole, options }: { readonly usual: string; readonly whole: string; readonly options: readonly string[] }, at: string): readonly FieldError[] {
  const check = (option: string, place: string): FieldError[] => (amount(option) > amount(whole) ? [invalidField(place, option, `option is larger than capacity value: ${whole}`)] : [])
  return [
    ...options.flatMap((option, index) => (index > 0 && amount(options[index - 1] ?? '') > amount(option) ? [invalidField(`${at}[${index}]`, option, 'values must be sorted in ascending order')] : [])),
    ...setErrors(options, { at, max: OPTIONS_MAX, check, key: (option) => String(Math.ceil(amount(option))) }),
    ...(options.length <= OPTIONS_MAX && options.some((option) => amount(option) === amount(usual)) ? [] : [invalidField(at, usual, 'default value is not valid according to the requestPolicy')]),
  ]
}

function rangeErrors({ usual, whole, range }: { readonly usual: string; readonly whole: string; readonly range: Range }, at: string): readonly FieldError[] {
  const { min, max, step } = range
  if (min === undefined) return [requiredField(`${at}.min`, 'required when validRange is defined')]
  return [
    ...(amount(min) > amount(whole) ? [invalidField(`${at}.min`, min, `min is larger than capacity value: ${whole}`)] : []),
    ...(amount(usual) < amount(min) ? [invalidField(`${at}.min`, usual, `default is less than min: ${min}`)] : []),
    ...(max === undefined ? [] : maxErrors({ usual, whole, min, max }, `${at}.max`)),
    ...(step === undefined ? [] : stepErrors({ usual, whole, min, max, step }, `${at}.step`)),
  ]
}

function maxErrors({ usual, whole, min, max }: Readonly<Record<'usual' | 'whole' | 'min' | 'max', string>>, at: string): readonly FieldError[] {
  return [
    ...(amount(min) > amount(max) ? [invalidField(at, min, `min is larger than max: ${max}`)] : []),
    ...(amount(max) > amount(whole) ? [invalidField(at, max, `max is larger than capacity value: ${whole}`)] : []),
    ...(amount(usual) > amount(max) ? [invalidField(at, usual, `default is more than max: ${max}`)] : []),
  ]
}

function stepErrors({ usual, whole, min, max, step }: Readonly<Record<'usual' | 'whole' | 'min' | 'step', string>> & { readonly max: string | undefined }, at: string): readonly FieldError[] {
  const isBeyond = amount(min) + amount(step) > amount(whole)
  const off = (value: string): FieldError[] => ((Math.ceil(amount(value)) - Math.ceil(amount(min))) % Math.ceil(amount(step)) === 0 ? [] : [invalidField(at, value, `value is not a multiple of a given step (${step}) from (${min})`)])
  return [...(isBeyond ? [invalidField(at, step, `one step ${amount(min) + amount(step)} is larger than capacity value: ${whole}`)] : []), ...off(usual), ...(max === undefined ? [] : off(max))]
}

function amount(quantity: string): number {
  return parseQuantity(quantity) ?? 0
}
