/** How drivers, pools, requests, attributes and capacities may be called (`pkg/apis/resource/validation`). */

import { invalidField, invalidFields, requiredField, type FieldError } from '../api/field-error.ts'
import { labelNameProblems, subdomainProblems } from '../api/object-names.ts'
import { tooLong } from './bounded-lists.ts'

const DRIVER_MAX = 63
const POOL_MAX = 253
const IDENTIFIER_MAX = 32
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/
const IDENTIFIER_WORDS = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"

export function driverErrors(name: string, at: string): readonly FieldError[] {
  if (name === '') return [requiredField(at)]
  return [...(name.length > DRIVER_MAX ? [tooLong(at, DRIVER_MAX)] : []), ...invalidFields(at, name, subdomainProblems(name.toLowerCase()))]
}

export function poolErrors(name: string, at: string): readonly FieldError[] {
  if (name === '') return [requiredField(at)]
  return [...(name.length > POOL_MAX ? [tooLong(at, POOL_MAX)] : []), ...name.split('/').flatMap((part) => invalidFields(at, part, subdomainProblems(part)))]
}

/** Of requests, devices and counters. */
export function labelErrors(name: string, at: string): readonly FieldError[] {
  return invalidFields(at, name, labelNameProblems(name))
}

export function classErrors(name: string, at: string): readonly FieldError[] {
  return name === '' ? [requiredField(at)] : invalidFields(at, name, subdomainProblems(name))
}

/** `model` or `gpu.example.com/model`. What has two slashes passes, as it does upstream. */
export function qualifiedErrors(name: string, at: string): readonly FieldError[] {
  const parts = name.split('/')
  const [first = '', second = ''] = parts
  if (parts.length === 1) return identifierErrors(first, at)
  if (parts.length > 2) return []
  return [
    ...(first === '' ? [invalidField(at, '', 'the domain must not be empty')] : driverErrors(first, at)),
    ...(second === '' ? [invalidField(at, '', 'the name must not be empty')] : identifierErrors(second, at)),
  ]
}

export function fullyQualifiedErrors(name: string, at: string): readonly FieldError[] {
  return [...qualifiedErrors(name, at), ...(name.includes('/') ? [] : [invalidField(at, name, 'a fully qualified name must be a domain and a name separated by a slash')])]
}

function identifierErrors(name: string, at: string): readonly FieldError[] {
  return [...(name.length > IDENTIFIER_MAX ? [tooLong(at, IDENTIFIER_MAX)] : []), ...(IDENTIFIER.test(name) ? [] : [invalidField(at, name, IDENTIFIER_WORDS)])]
}
