/** Tells the demo's story on the terminal, or as a line of JSON an event. */

import type { LedgerEntry } from '../../model/ledger-entry.ts'
import type { StoryResult } from '../../app/story/play-story.ts'
import type { Story } from '../../app/story/story.ts'
import { reportLine } from '../../audit/report.ts'
import { storyLine } from '../story-line.ts'
import { colours, note, print, printJson } from '../terminal.ts'
import { wrap } from '../wrap.ts'

export interface Teller {
  progress(text: string): void
  welcome(addresses: { readonly url: string; readonly kubeconfigFile: string; readonly ledgerFile: string; readonly home: string }): void
  storyBegins(story: Story): void
  stage(text: string): void
  entry(entry: LedgerEntry, openedAtMs: number): void
  storyEnds(story: Story, result: StoryResult): void
  say(text: string): void
}

export function createTeller(options: { readonly json: boolean }): Teller {
  return options.json ? jsonTeller() : humanTeller()
}

function jsonTeller(): Teller {
  return {
    progress: (text) => note(text),
    welcome: (addresses) => printJson({ event: 'started', ...addresses }),
    storyBegins: ({ name, title }) => printJson({ event: 'story-began', story: name, title }),
    stage: (text) => printJson({ event: 'stage-set', text }),
    entry: (entry) => printJson({ event: entry.type, ...entry }),
    storyEnds: (story, { incidentId, outcome, problems }) =>
      printJson({ event: 'story-ended', story: story.name, incidentId, outcome, asExpected: problems.length === 0, problems }),
    say: (text) => note(text),
  }
}

function humanTeller(): Teller {
  return {
    progress: (text) => note(colours.dim(text)),
    welcome: ({ url, kubeconfigFile, home }) => {
      print(`\nStatus page   ${colours.cyan(url)}`)
      print(`kubectl       KUBECONFIG=${kubeconfigFile} kubectl get pods -A -w`)
      print(`State         ${home}\n`)
    },
    storyBegins: (story) => {
      print(colours.bold(story.title))
      print(`${wrap(story.shows.trim())}\n`)
    },
    stage: (text) => print(colours.dim(`       ${text}`)),
    entry: (entry, openedAtMs) => {
      const text = reportLine(entry)
      if (text !== undefined) print(storyLine(Date.parse(entry.at) - openedAtMs, text))
    },
    storyEnds: (story, result) => {
      if (result.problems.length === 0) print(`\n${colours.green('As it should be:')} ${result.outcome}.`)
      for (const problem of result.problems) print(wrap(`\n${colours.red('Not as it should be:')} ${problem}`, { hang: 2 }))
      print(colours.dim(`The whole record of it: boyd show ${result.incidentId}, story "${story.name}"\n`))
    },
    say: (text) => print(wrap(text, { hang: 4 })),
  }
}
