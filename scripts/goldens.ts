/**
 * Asks upstream's own code the generated questions and writes its answers to test/goldens/data. Needed after a change of
 * an area or of a release. Usage: npm run goldens [-- AREA ...]. Exit code 3: Go is missing.
 */

import { AREAS } from '../test/goldens/areas.ts'
import { MINORS, questionsOf, writeGoldens } from '../test/goldens/golden-file.ts'
import { askUpstream, goldensBinary, releaseOf } from './goldens-binary.ts'

const EXIT_WITHOUT_GO = 3
const wanted = process.argv.slice(2)

const areas = AREAS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))

for (const minor of MINORS) {
  const binary = goldensBinary(minor, (line) => console.error(line))
  if (binary === undefined) {
    console.error('goldens: Go is not installed; install it from https://go.dev/dl and run again')
    process.exit(EXIT_WITHOUT_GO)
  }
  const upstream = askUpstream(binary)
  for (const area of areas) {
    const questions = questionsOf(area)
    const answers: unknown[] = []
    for (const question of questions) answers.push(await upstream.ask(area.name, question))
    writeGoldens(area, minor, { kubernetes: releaseOf(minor), questions, answers })
    console.log(`${area.name}: ${answers.length} answers of Kubernetes ${releaseOf(minor)}`)
  }
  upstream.stop()
}

console.log(`${areas.reduce((sum, { count }) => sum + count, 0)} questions in ${areas.length} areas, to each of ${MINORS.length} releases`)
