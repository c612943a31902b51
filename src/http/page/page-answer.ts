import type { Handler, MiddlewareHandler } from 'hono';

// It is read once somebody asks for it.
const page = async () => (await import('./document.ts')).page;

/** The page for people, which asks the API as any other client does. */
export const pageAnswer: Handler = async (c) => c.html((await page()).html);

/** Puts its own policy in the place of the API's, which lets nothing run. */
export const pagePolicy: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.ok) c.header('content-security-policy', (await page()).policy);
};
