import type { ResponseParts } from '../respond.ts';

/** The page for people, which asks the API as any other client does. It is read once somebody asks for it. */
export async function pageAnswer(): Promise<ResponseParts> {
  const { html, policy } = (await import('./document.ts')).page;
  const headers = { 'content-type': 'text/html; charset=UTF-8', 'content-security-policy': policy };
  return { status: 200, body: html, headers };
}
