/** Every library that Kubernetes' expressions may use, put into an environment. */

import type { Environment } from '@marcbachmann/cel-js'
import { ADDRESSES } from './addresses.ts'
import { AUTHORIZERS } from './authorizer.ts'
import { MACROS } from './comprehensions.ts'
import { CONVERSIONS } from './conversions.ts'
import { type FunctionLibrary, Namespace, namespaceType } from './functions.ts'
import { LISTS, SETS } from './lists.ts'
import { LITERALS } from './literals.ts'
import { NAMED_FORMATS } from './named-formats.ts'
import { PATTERNS } from './patterns.ts'
import { QUANTITIES } from './quantities.ts'
import { STRINGS } from './strings.ts'
import { URLS } from './urls.ts'
import { VERSIONS } from './versions.ts'

const LIBRARIES: readonly FunctionLibrary[] = [STRINGS, LISTS, SETS, PATTERNS, QUANTITIES, ADDRESSES, URLS, VERSIONS, NAMED_FORMATS, CONVERSIONS, LITERALS, AUTHORIZERS]

export function installFunctions(environment: Environment): void {
  for (const library of LIBRARIES) install(environment, library)
  for (const [signature, handler] of Object.entries(MACROS)) environment.registerFunction(signature, handler)
}

function install(environment: Environment, { types = {}, namespaces = [], functions, operators = {} }: FunctionLibrary): void {
  for (const [name, type] of Object.entries(types)) environment.registerType(name, type)
  for (const name of namespaces) {
    const type = namespaceClass()
    environment.registerType(namespaceType(name), type)
    environment.registerConstant(name, namespaceType(name), new type(name))
  }
  for (const [signature, handler] of Object.entries(functions)) environment.registerFunction(signature, { handler, async: false })
  for (const [signature, handler] of Object.entries(operators)) environment.registerOperator(signature, handler as (left: unknown, right: unknown) => unknown)
}


/** One of its own for each: our library tells types by their class. */
function namespaceClass(): new (name: string) => Namespace {
  return class extends Namespace {}
}
