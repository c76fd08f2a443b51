/** Which Services speak the Model Context Protocol: told by what their pods run, by the protocol and name of a port, and by the route that leads there. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { perView } from '../../model/per-view.ts'
import { servicesOf, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { routesOf } from './routes.ts'
import { templatesBehind } from './static-match.ts'

const WORD = /(^|[-_./:@\s=])mcp([-_./:@\s=]|$)/i

export const mcpServices = perView((view: View): ReadonlySet<ServiceObject> => new Set(servicesOf(view).filter((service) => speaksMcp(view, service))))

function speaksMcp(view: View, service: ServiceObject): boolean {
  const byPort = (service.spec?.ports ?? []).some(({ name = '', appProtocol = '' }) => /^mcp(-|$)/.test(name) || /(^|\.|\/)mcp$/.test(appProtocol))
  const byProgram = templatesBehind(view, service).some(({ spec }) => spec.containers.some(runsMcp))
  const byRoute = routesOf(view).some((route) => route.service === service.metadata.name && route.namespace === (service.metadata.namespace ?? 'default') && /(^|\/)(mcp|sse)\/?(\(.*\))?$/.test(route.match))
  return byPort || byProgram || byRoute
}

function runsMcp({ image = '', command = [], args = [], ports = [], env = [] }: Container): boolean {
  return WORD.test(image) || [...command, ...args].some((word) => WORD.test(String(word))) || ports.some(({ name = '' }) => /^mcp(-|$)/.test(name)) || env.some(({ name }) => name.startsWith('MCP_') || name === 'FASTMCP_PORT')
}
