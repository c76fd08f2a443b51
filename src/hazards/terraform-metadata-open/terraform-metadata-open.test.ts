import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformMetadataOpen } from './terraform-metadata-open.ts'

const machine = (body: string) => `resource "aws_instance" "m" {\n${body}\n}`

test.each([
  { name: 'nothing is said', text: machine(''), want: ['aws_instance.m'] },
  { name: 'optional', text: machine('metadata_options {\n http_tokens = "optional"\n}'), want: ['aws_instance.m metadata_options.0'] },
  { name: 'good', text: machine('metadata_options {\n http_tokens = "required"\n}'), want: [] },
  { name: 'look-alike: it is off', text: machine('metadata_options {\n http_endpoint = "disabled"\n}'), want: [] },
  { name: 'look-alike: only Terraform knows', text: machine('metadata_options {\n http_tokens = var.tokens\n}'), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformMetadataOpen, text)).toEqual(want))
