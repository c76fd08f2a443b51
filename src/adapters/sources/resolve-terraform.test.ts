import { expect, test } from 'vitest'
import { readText } from './read-file.ts'
import { resolveTerraform } from './resolve-terraform.ts'

/** The body of the only resource, once all files are read together. */
async function resource(files: Readonly<Record<string, string>>): Promise<unknown> {
  const read = await Promise.all(Object.entries(files).map(([source, text]) => readText({ path: source, source, named: false }, text)))
  expect(read.flatMap(({ problems }) => problems)).toEqual([])
  const blocks = resolveTerraform(read).flatMap(({ others }) => others.map(({ value }) => value)).filter((value) => value.type === 'terraform')
  return blocks.find(({ block }) => block === 'resource')?.body
}

const uses = (value: string) => `resource "aws_instance" "i" {\n  type = ${value}\n}\n`

test.each([
  { name: 'a default', files: { 'main.tf': `variable "t" {\n  default = "t3.large"\n}\n${uses('var.t')}` }, want: { type: 't3.large' } },
  { name: 'of another file of the folder', files: { 'vars.tf': 'variable "t" {\n  default = "t3.large"\n}\n', 'main.tf': uses('var.t') }, want: { type: 't3.large' } },
  { name: 'a file that Terraform loads by itself', files: { 'vars.tf': 'variable "t" {\n  default = "t3.large"\n}\n', 'terraform.tfvars': 't = "m7g.large"\n', 'main.tf': uses('var.t') }, want: { type: 'm7g.large' } },
  { name: 'a local, in a template', files: { 'main.tf': `locals {\n  size = "large"\n}\n${uses('"t3.${local.size}"')}` }, want: { type: 't3.large' } },
  { name: 'a local that names a variable', files: { 'main.tf': `variable "t" {\n  default = "t3.large"\n}\nlocals {\n  t = var.t\n}\n${uses('local.t')}` }, want: { type: 't3.large' } },
  { name: 'what the call of a module says', files: { 'main.tf': 'module "db" {\n  source = "./modules/db"\n  t      = "t3.large"\n}\n', 'modules/db/main.tf': `variable "t" {\n}\n${uses('var.t')}` }, want: { type: 't3.large' } },
  { name: 'JSON', files: { 'main.tf.json': JSON.stringify({ variable: { t: { default: 't3.large' } }, resource: { aws_instance: { i: { type: '${var.t}' } } } }) }, want: { type: 't3.large' } },
  { name: 'good: calls that differ are not guessed', files: { 'main.tf': 'module "a" {\n  source = "./m"\n  t = "x"\n}\nmodule "b" {\n  source = "./m"\n  t = "y"\n}\n', 'm/main.tf': `variable "t" {\n}\n${uses('var.t')}` }, want: { type: { expression: 'var.t' } } },
  { name: 'look-alike: no default', files: { 'main.tf': `variable "t" {\n}\n${uses('var.t')}` }, want: { type: { expression: 'var.t' } } },
  { name: 'look-alike: a variable of another folder', files: { 'a/vars.tf': 'variable "t" {\n  default = "x"\n}\n', 'b/main.tf': uses('var.t') }, want: { type: { expression: 'var.t' } } },
  { name: 'look-alike: a function of it', files: { 'main.tf': `variable "t" {\n  default = "x"\n}\n${uses('upper(var.t)')}` }, want: { type: { expression: 'upper(var.t)' } } },
])('$name', async ({ files, want }) => expect(await resource(files)).toEqual(want))
