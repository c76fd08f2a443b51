/** An address as it may be shown and recorded: without the user and the password that may stand in it. */

export function plainAddress(address: string): string {
  return address.replace(/^(\w[\w+.-]*:\/\/)[^/@]*@/, '$1')
}
