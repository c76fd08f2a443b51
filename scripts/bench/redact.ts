/**
 * How fast text is redacted, in MB a second of one core: ordinary lines, lines of which every fiftieth holds a secret, and Kubernetes
 * objects. Usage: npm run bench:redact [-- --seconds 3]
 */

import { parseArgs } from 'node:util'
import { ordinaryLines } from '../../src/kernel/redact/ordinary.test-support.ts'
import { plantedTexts } from '../../src/kernel/redact/planted.test-support.ts'
import { createRedactor } from '../../src/kernel/redact/redactor.ts'
import { redactObject } from '../../src/model/redact-object.ts'
import { podObject } from './pod-object.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' } } })
const redactor = createRedactor({ key: Buffer.from('bench') })
const ordinary = ordinaryLines(1, 20_000)
const planted = plantedTexts(1, 1).map(({ text }) => text)
const mixed = ordinary.map((line, at) => (at % 50 === 0 ? (planted[(at / 50) % planted.length] ?? line) : line))
const pods = Array.from({ length: 2_000 }, (_, at) => podObject(at))

measure('ordinary log lines', ordinary.join('\n'), (text) => redactor.text(text))
measure('log lines, 1 of 50 with a secret', mixed.join('\n'), (text) => redactor.text(text))
measure('pods', JSON.stringify(pods), () => pods.map((pod) => redactObject(pod, redactor)))

/** Runs `work` over and over for the given time, after one round to warm up. */
function measure(name: string, text: string, work: (text: string) => unknown): void {
  work(text)
  const before = process.cpuUsage()
  let rounds = 0
  while (secondsSince(before) < Number(values.seconds)) {
    work(text)
    rounds += 1
  }
  const seconds = secondsSince(before)
  console.log(`${name}: ${((text.length * rounds) / 1e6 / seconds).toFixed(0)} MB/s`)
}

/** Of this process's own work: a machine that is busy with something else must not count. */
function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
