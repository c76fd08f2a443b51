/** Formats by name (`apiserver/pkg/cel/library/format.go`): what is wrong with a text, in the words of validation. */

import { Optional } from '@marcbachmann/cel-js'
import { labelKeyProblems, labelNameProblems, labelValueProblems, serviceNameProblems, subdomainProblems } from '../../api/object-names.ts'
import { matchesFormat } from '../../schema/formats.ts'
import { type FunctionLibrary, namespaceType } from './functions.ts'
import { urlProblem } from './urls.ts'

export class Format {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

const TYPE = 'kubernetes.NamedFormat'

const PROBLEMS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  dns1123Label: labelNameProblems,
  dns1123Subdomain: subdomainProblems,
  dns1035Label: serviceNameProblems,
  qualifiedName: labelKeyProblems,
  dns1123LabelPrefix: (text) => labelNameProblems(asPrefix(text)),
  dns1123SubdomainPrefix: (text) => subdomainProblems(asPrefix(text)),
  dns1035LabelPrefix: (text) => serviceNameProblems(asPrefix(text)),
  labelValue: labelValueProblems,
  uri: (text) => {
    const problem = urlProblem(text)
    return problem === undefined ? [] : [problem]
  },
  uuid: (text) => (matchesFormat(text, 'uuid') ? [] : ['does not match the UUID format']),
  byte: (text) => (matchesFormat(text, 'byte') && text !== '' ? [] : ['invalid base64']),
  date: (text) => (matchesFormat(text, 'date') ? [] : ['invalid date']),
  datetime: (text) => (matchesFormat(text, 'datetime') ? [] : ['invalid datetime']),
}

/** A prefix may end in a hyphen: whatever follows it is taken to be a letter. */
function asPrefix(text: string): string {
  return text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text
}

export const NAMED_FORMATS: FunctionLibrary = {
  types: { [TYPE]: Format },
  namespaces: ['format'],
  functions: {
    ...Object.fromEntries(Object.keys(PROBLEMS).map((name) => [`${namespaceType('format')}.${name}(): ${TYPE}`, () => new Format(name)])),
    [`${namespaceType('format')}.named(string): optional<${TYPE}>`]: (_: unknown, name: string) => (PROBLEMS[name] === undefined ? Optional.none() : Optional.of(new Format(name))),
    [`${TYPE}.validate(string): optional<list<string>>`]: ({ name }: Format, text: string) => {
      const problems = PROBLEMS[name]?.(text) ?? []
      return problems.length === 0 ? Optional.none() : Optional.of([...problems])
    },
  },
  operators: { [`${TYPE} == ${TYPE}: bool`]: (left: Format, right: Format) => left.name === right.name },
}
