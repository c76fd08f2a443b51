/** The same cluster as people send it: lists in JSON or YAML, one file or one a kind, with the logs as files beside. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { diagnoseFolder, diagnoseSnapshot } from '../../src/app/use-cases/offline.ts'
import type { Diagnosis } from '../../src/model/diagnosis.ts'
import { subjectText, type KubeObject } from '../../src/model/kube-object.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { incidents } from './catalogue.ts'
import { setStage } from './stage.ts'

/** As kubectl writes: without aliases. */
const YAML = { lineWidth: 0, aliasDuplicateObjects: false } as const

const listOf = (items: readonly KubeObject[], kind = 'List') => ({ apiVersion: 'v1', kind, metadata: { resourceVersion: '' }, items })

/** Files of each form, by their names. */
const FORMS: Readonly<Record<string, (snapshot: Snapshot) => Readonly<Record<string, string>>>> = {
  'one JSON list': ({ objects }) => ({ 'all.json': JSON.stringify(listOf(objects)) }),
  'one YAML list': ({ objects }) => ({ 'all.yaml': stringify(listOf(objects), YAML) }),
  'a YAML list a kind, as kubectl get KIND -A': ({ objects }) => Object.fromEntries([...Map.groupBy(objects, ({ kind }) => kind)].map(([kind, items]) => [`${kind.toLowerCase()}.yaml`, stringify(listOf(items), YAML)])),
  'documents': ({ objects }) => ({ 'dump.yml': objects.map((object) => stringify(object, YAML)).join('---\n') }),
}

function written(files: Readonly<Record<string, string>>, { logs }: Snapshot): string {
  const folder = mkdtempSync(join(tmpdir(), 'formats-'))
  const said = logs.map(({ namespace, pod, container, previous, text }) => [`logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`, text] as const)
  for (const [name, text] of [...Object.entries(files), ...said]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const causes = ({ hypotheses }: Diagnosis): string[] => hypotheses.map(({ hazard, subject }) => `${hazard} on ${subjectText(subject)}`)

test.each(['tag-does-not-exist', 'shop-scaled-to-zero', 'flag-switched-on', 'claim-names-no-class', 'node-silent'])('%s: every form tells the same causes', async (id) => {
  const incident = incidents.find((one) => one.id === id)
  const stage = setStage(41)
  const played = incident?.play(stage)
  const snapshot = played?.lens?.(stage.twin.snapshot()) ?? stage.twin.snapshot()
  const direct = causes(diagnoseSnapshot(snapshot, []).diagnosis)
  expect(direct.length).toBeGreaterThan(0)
  for (const [name, form] of Object.entries(FORMS)) {
    const folder = written(form(snapshot), snapshot)
    const { diagnosis } = await diagnoseFolder({ folder, now: new Date(snapshot.takenAtMs).toISOString() })
    rmSync(folder, { recursive: true })
    expect([name, causes(diagnosis)]).toEqual([name, direct])
  }
})
