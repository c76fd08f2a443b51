/** What is wrong with a rule of a schema (`apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go`). */

import { expressionLibrary, type ExpressionLibrary } from '../expressions.ts'
import type { Schema, ValidationRule } from '../../schema/structural.ts'

export interface RuleProblems {
  readonly ofRule?: string
  readonly ofMessage?: string
  readonly usesOldSelf: boolean
}

const plain = expressionLibrary(['self', 'oldSelf'])
const optional = expressionLibrary(['self', 'oldSelf'], { optional: ['oldSelf'] })

/** Where a rule is told of a value that is new, what it was is an optional. */
export function ruleLibrary({ optionalOldSelf }: Pick<ValidationRule, 'optionalOldSelf'>): ExpressionLibrary {
  return optionalOldSelf === true ? optional : plain
}

export function ruleProblems({ rule, messageExpression = '', optionalOldSelf = false }: ValidationRule, _schema: Schema): RuleProblems {
  const library = ruleLibrary({ optionalOldSelf })
  const compiled = library.compile(rule)
  const made = messageExpression.trim() === '' ? undefined : library.compile(messageExpression)
  return {
    usesOldSelf: compiled.names('oldSelf'),
    ...(compiled.flaw === undefined ? {} : { ofRule: `compilation failed: ERROR: <input>: ${compiled.flaw}` }),
    ...(made?.flaw === undefined ? {} : { ofMessage: `messageExpression compilation failed: ERROR: <input>: ${made.flaw}` }),
  }
}
