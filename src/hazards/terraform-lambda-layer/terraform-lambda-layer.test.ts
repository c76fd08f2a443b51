import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformLambdaLayer } from './terraform-lambda-layer.ts'

const uses = (layers: string) => `resource "aws_lambda_function" "f" {\n layers = [${layers}]\n}`
const arn = (account: string, end: string) => `"arn:aws:lambda:eu-west-1:${account}:layer:agent${end}"`

test.each([
  { name: 'of another account', text: uses(arn('123456789012', ':7')), want: ['aws_lambda_function.f layers.0'] },
  { name: 'without a version', text: uses(`aws_lambda_layer_version.own.arn, ${arn('123456789012', '')}`), want: ['aws_lambda_function.f layers.1'] },
  { name: 'good: made here', text: uses('aws_lambda_layer_version.own.arn'), want: [] },
  { name: 'look-alike: our own account', text: `provider "aws" {\n allowed_account_ids = ["123456789012"]\n}\n${uses(arn('123456789012', ':7'))}`, want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformLambdaLayer, text)).toEqual(want))
