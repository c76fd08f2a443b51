/** `boyd rbac`: the accounts, roles and the backstop that the enabled verbs need, to pipe into kubectl. */

import { InvalidArgumentError, type Command } from 'commander'
import { stringify } from 'yaml'
import { readConfig } from '../../app/config.ts'
import { DEFAULT_HOME, rbacManifests } from '../../app/rbac/manifests.ts'
import { readSettings } from '../../app/settings/settings.ts'
import { ACTING_VERBS, type ActingVerb } from '../../model/access.ts'
import { OUTLINE } from '../outline.ts'
import { print, printJson } from '../terminal.ts'

interface RbacFlags {
  readonly verbs?: readonly ActingVerb[]
  readonly namespace: readonly string[]
  readonly home?: string
  readonly accountsIn: string
  readonly config?: string
  readonly json?: true
}

export function addRbacCommand(program: Command): void {
  program
    .command('rbac')
    .description(OUTLINE.rbac.does)
    .option('--verbs <list>', `verbs that may be used, separated by commas (default: credentials.verbs of the settings, else all of ${ACTING_VERBS.join(', ')})`, readVerbs)
    .option('--namespace <name>', 'act in this namespace only; may be repeated (default: credentials.namespaces of the settings, else all but the protected ones)', (name: string, names: readonly string[]) => [...names, name], [] as readonly string[])
    .option('--accounts-in <namespace>', 'where the accounts live', DEFAULT_HOME)
    .option('--config <file>', 'settings file; its system namespaces are protected')
    .option('--home <folder>', 'where state is kept')
    .option('--json', 'one List as JSON')
    .action((flags: RbacFlags) => {
      const config = readConfig({ home: flags.home, settingsFile: flags.config }, process.env)
      const { site, credentials } = readSettings(config.settingsFile)
      const { accountsIn } = flags
      const verbs = flags.verbs ?? credentials.verbs
      const namespaces = flags.namespace.length > 0 ? flags.namespace : (credentials.namespaces ?? [])
      const items = rbacManifests({ namespaces, home: accountsIn, protectedNamespaces: site.systemNamespaces, ...(verbs === undefined ? {} : { verbs }) })
      if (flags.json === true) return printJson({ apiVersion: 'v1', kind: 'List', items })
      print(items.map((item) => stringify(item, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd()).join('\n---\n'))
    })
}

function readVerbs(text: string): readonly ActingVerb[] {
  const verbs = text.split(',').map((verb) => verb.trim()).filter((verb) => verb !== '')
  const unknown = verbs.filter((verb) => !ACTING_VERBS.includes(verb as ActingVerb))
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no verb ${unknown.join(', ')}; there are ${ACTING_VERBS.join(', ')}.`)
  return verbs as ActingVerb[]
}
