/** A module from somewhere else without a version: the next plan is made from whatever is there by then. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, literal } from '../shared/terraform.ts'

function audit({ terraform }: AuditView): AuditFinding[] {
  return terraform.filter(({ block }) => block === 'module').flatMap((module): AuditFinding[] => {
    const source = literal(module.body, 'source')
    if (typeof source !== 'string' || /^\.{1,2}\//.test(source)) return []
    const finding = (what: string, advice: string): AuditFinding => ({ of: module, path: ['source'], summary: `${addressOf(module)} is taken from ${source} ${what}`, advice })
    const ofGit = /^(git::|git@|github\.com\/|bitbucket\.org\/)|\.git(\/\/|\?|$)/.test(source)
    if (ofGit) {
      const ref = /[?&]ref=([^&]+)/.exec(source)?.[1]
      if (ref === undefined) return [finding('without a ref', 'Add ?ref= with a tag or a commit.')]
      return /^(main|master|develop|dev|head|trunk)$/i.test(ref) ? [finding(`at branch ${ref}, which moves`, 'Use a tag or a commit in ?ref=.')] : []
    }
    if (/^(https?|s3|gcs)(::|:)/.test(source)) return []
    return module.body['version'] === undefined ? [finding('without a version', 'Add version = "1.2.3" (or a narrow range).')] : []
  })
}

export const terraformModuleUnpinned: AuditRule = {
  id: 'terraform-module-unpinned',
  title: 'A Terraform module in whatever version is newest',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a module in the same repository', 'an archive whose address is its version', 'a version that a variable gives'],
  prevention: 'A tag or commit for each module, moved by review.',
  sources: [{ title: 'Terraform: module sources', url: 'https://developer.hashicorp.com/terraform/language/modules/sources' }],
  reviewBy: '2027-06-30',
}
