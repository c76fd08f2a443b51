/** All incidents, and the cases that they are played as: each with several casts, and with parts of the evidence missing. */

import type { Case, Incident } from './incident.ts'
import { combined } from './catalogue/combined.ts'
import { control } from './catalogue/control.ts'
import { delivery } from './catalogue/delivery.ts'
import { edge } from './catalogue/edge.ts'
import { experiments } from './catalogue/experiments.ts'
import { images } from './catalogue/images.ts'
import { jobs } from './catalogue/jobs.ts'
import { nodes } from './catalogue/nodes.ts'
import { notHere } from './catalogue/not-here.ts'
import { oddities } from './catalogue/oddities.ts'
import { placement } from './catalogue/placement.ts'
import { said } from './catalogue/said.ts'
import { settings } from './catalogue/settings.ts'
import { startUp } from './catalogue/start-up.ts'
import { tellApart } from './catalogue/tell-apart.ts'
import { timeBombs } from './catalogue/time-bombs.ts'
import { traffic } from './catalogue/traffic.ts'

export const incidents: readonly Incident[] = [...startUp, ...images, ...settings, ...placement, ...traffic, ...edge, ...control, ...jobs, ...delivery, ...nodes, ...timeBombs, ...tellApart, ...oddities, ...notHere, ...said, ...experiments, ...combined]

const VARIANTS = 3

/** The same cases on every machine: seeds follow from the name. Another `casting` plays the same incidents with casts that nobody has seen. */
export function casesOf(all: readonly Incident[] = incidents, casting = 0): readonly Case[] {
  return all.flatMap((incident) => {
    const plain = Array.from({ length: incident.variants ?? VARIANTS }, (_, index) => ({ name: `${incident.id}/${index + 1}`, incident, seed: seedOf(incident.id, index + casting * 1_000) }))
    const sparse = (incident.sparse ?? []).map((missing, index) => ({ name: `${incident.id}/${missing}`, incident, seed: seedOf(incident.id, 100 + index + casting * 1_000), sparse: missing }))
    return [...plain, ...sparse]
  })
}

function seedOf(id: string, index: number): number {
  let hash = 0x811c9dc5 ^ index
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 1
}
