import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformModuleUnpinned } from './terraform-module-unpinned.ts'

const from = (source: string, more = '') => `module "m" {\n  source = "${source}"\n${more}\n}`

test.each([
  { name: 'from git', text: from('git::https://github.com/acme/modules.git//app'), want: ['m source'] },
  { name: 'from a branch', text: from('github.com/acme/modules?ref=main'), want: ['m source'] },
  { name: 'from a registry', text: from('terraform-aws-modules/eks/aws'), want: ['m source'] },
  { name: 'good: a tag', text: from('git::https://github.com/acme/modules.git//app?ref=v2.4.0'), want: [] },
  { name: 'good: a version', text: from('terraform-aws-modules/eks/aws', 'version = "~> 20.8"'), want: [] },
  { name: 'look-alike: in the same repository', text: from('../app'), want: [] },
  { name: 'look-alike: a version from a variable', text: from('acme/eks/aws', 'version = var.eks_module'), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformModuleUnpinned, text)).toEqual(want))
