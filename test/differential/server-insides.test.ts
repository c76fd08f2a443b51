import { expect, test } from 'vitest'
import { withoutInsides } from './server-insides.ts'

test.each([
  { name: 'a difference goes, and what follows it stays', text: 'no (it was previously negative)\n@@ -1 +1 @@\n-a\n+b\n, spec.x: Required value]', left: 'no (it was previously negative), spec.x: Required value]' },
  { name: 'a difference behind another sentence stays', text: 'no\n@@ -1 +1 @@\n-a\n', left: 'no\n@@ -1 +1 @@\n-a\n' },
  { name: 'a struct that may not change', text: 'spec: Invalid value: {"A":{"B":"}"}}: field is immutable', left: 'spec: Invalid value: STRUCT: field is immutable' },
  { name: 'a schema as Go has it', text: 'spec: Invalid value: {"ID":""}: only [Description Type Format Title] fields', left: 'spec: Invalid value: STRUCT: only [Description Type Format Title] fields' },
  { name: 'a spec that is fixed', text: "spec: Invalid value: {\"Type\":\"Exempt\"}: spec of 'exempt' must equal the fixed value", left: "spec: Invalid value: STRUCT: spec of 'exempt' must equal the fixed value" },
  { name: 'any other struct stays', text: 'spec: Invalid value: {"app":"a"}: no match, x: Invalid value: {"b":1}: field is immutable', left: 'spec: Invalid value: {"app":"a"}: no match, x: Invalid value: STRUCT: field is immutable' },
  { name: 'a struct without an end', text: 'spec: Invalid value: {"A":', left: 'spec: Invalid value: {"A":' },
])('$name', ({ text, left }) => {
  expect(withoutInsides(text)).toBe(left)
})
