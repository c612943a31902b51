/** Whether a host name of an address (IPv6 in brackets) is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
