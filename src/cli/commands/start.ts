/**
 * `boyd start`: the demo. A small cluster, a story, and the whole loop over it, live on the terminal.
 *
 * It ends with the cluster still running, so that a newcomer may look at it with kubectl, play another story, or
 * answer an approval from a second terminal; `--once` plays one story and leaves.
 */

import type { Command } from 'commander'
import { readConfig, STORIES_FOLDER } from '../../app/config.ts'
import { startDemo, type Demo } from '../../app/demo.ts'
import { loadStory, storyNames } from '../../app/story/story.ts'
import { announceServer } from '../../app/token.ts'
import { fault } from '../../kernel/fault.ts'
import { createLog } from '../../kernel/log.ts'
import { startHttp, type HttpServer } from '../../http/server.ts'
import { packageVersion } from '../../app/package-version.ts'
import { OUTLINE } from '../outline.ts'
import { createTeller, type Teller } from '../start/teller.ts'
import { tellStory } from '../start/tell-story.ts'
import { chooseStory } from '../start/choose-story.ts'
import { print, type ExitCode } from '../terminal.ts'

/** The story a newcomer sees first: a fix that needs nobody, from the alert to the closed ticket. */
const FIRST_STORY = 'bad-image'

/** Cluster seconds per second: the first fix shows within the minute, and a person can still read along. */
const SPEED_DEFAULT = '10'

export interface StartFlags {
  readonly story?: string
  readonly once?: true
  readonly yes?: true
  readonly json?: true
  readonly list?: true
  readonly speed: string
  readonly seed: string
  readonly port: string
  readonly home?: string
}

export function addStartCommand(program: Command, setExit: (code: ExitCode) => void): void {
  program
    .command('start')
    .description(OUTLINE.start.does)
    .option('--story <name>', `which story to play (default: ${FIRST_STORY})`)
    .option('--list', 'list the stories and leave')
    .option('--once', 'play one story and leave; exit 0 when it ended as it should')
    .option('--yes', 'approve what is asked')
    .option('--json', 'a line of JSON an event')
    .option('--speed <factor>', 'cluster seconds per second', SPEED_DEFAULT)
    .option('--seed <number>', 'seed of the embedded cluster', '1')
    .option('--port <port>', 'port of the status page and API; 0 picks one', '0')
    .option('--home <folder>', 'where state is kept (BOYD_HOME)')
    .action(async (flags: StartFlags) => {
      if (flags.list === true) return listStories()
      setExit(await start(flags))
    })
}

function listStories(): void {
  for (const name of storyNames(STORIES_FOLDER)) print(`${name.padEnd(22)} ${loadStory(STORIES_FOLDER, name).title}`)
}

async function start(flags: StartFlags): Promise<ExitCode> {
  const first = loadStory(STORIES_FOLDER, flags.story ?? FIRST_STORY)
  const teller = createTeller({ json: flags.json === true })
  const config = readConfig({ home: flags.home, port: flags.port, watch: false, environment: 'demo' }, { ...process.env, KUBECONFIG: '', DATABASE_URL: '' })
  const log = createLog({ level: config.logLevel })
  teller.progress('starting an embedded cluster, PostgreSQL and Boyd')
  const demo = await startDemo({ config, factor: positive(flags.speed, '--speed'), seed: positive(flags.seed, '--seed'), log })
  const server = await startHttp({ ...demo.app.doors, host: config.host, port: config.port, version: packageVersion(), log })
  announceServer(config.home, { url: server.url, pid: process.pid, home: demo.home })
  announceServer(demo.home, { url: server.url, pid: process.pid })
  try {
    return await playStories({ demo, server, teller, flags, first: first.name })
  } finally {
    await server.stop()
    await demo.stop()
  }
}

async function playStories(parts: { readonly demo: Demo; readonly server: HttpServer; readonly teller: Teller; readonly flags: StartFlags; readonly first: string }): Promise<ExitCode> {
  const { demo, server, teller, flags } = parts
  teller.welcome({ url: server.url, kubeconfigFile: demo.embedded.kubeconfigFile, ledgerFile: demo.app.ledgerFile, home: demo.home })
  let name: string | undefined = parts.first
  let code: ExitCode = 0
  while (name !== undefined) {
    const result = await tellStory({ demo, serverUrl: server.url, teller, yes: flags.yes === true, story: loadStory(STORIES_FOLDER, name) })
    code = result.problems.length === 0 ? 0 : 1
    if (flags.once === true) return code
    name = await chooseStory({ teller, names: storyNames(STORIES_FOLDER), interactive: process.stdin.isTTY && flags.json !== true })
  }
  return code
}

function positive(text: string, flag: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw fault({ code: 'invalid', operation: 'start', subject: flag, message: `"${text}" is not a number above zero` })
}
