import { casesOf } from '../../test/eval/catalogue.ts'
import { judge } from '../../test/eval/judge.ts'
import { playCase } from '../../test/eval/play.ts'

const only = process.argv.slice(2)
let right = 0, healable = 0, healed = 0, n = 0
const started = performance.now()
for (const one of casesOf()) {
  if (only.length > 0 && !only.some((text) => one.name.includes(text))) continue
  const ending = await playCase(one)
  const v = judge(one, ending)
  n += 1; right += Number(v.causeRight); healable += Number(v.healable); healed += Number(v.healed)
  const bad = !v.causeRight || (v.healable && !v.healed) || v.falseActions.length || v.harmed.length || v.invented.length || v.extra
  if (bad) console.log(`${v.name}: ${v.causeRight ? '' : `CAUSE expected ${v.expected}, said ${v.said}. `}${v.healable && !v.healed ? `NOT HEALED ${v.obstacle} ` : ''}${v.falseActions.length ? `FALSE ${v.falseActions} ` : ''}${v.harmed.length ? `HARMED ${v.harmed} ` : ''}${v.invented.length ? `INVENTED ${v.invented}` : ''}${v.extra && v.causeRight ? `EXTRA ${v.said}` : ''}`)
}
console.log({ n, right, healable, healed, s: Math.round((performance.now() - started) / 1000) })
