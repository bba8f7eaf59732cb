// What no story may cause: an error in the console, a breach of the content policy, a request to another origin.
import type { BrowserContext } from "@playwright/test";

const BREACH = "content policy breached:";

/** Starts to listen; the list fills as the story goes on. A story that means to cause a fault takes it out; one that goes to an app
 * names it among the foreign ones. */
export async function watch(context: BrowserContext, origin: string, foreign: readonly string[] = []): Promise<string[]> {
  const faults: string[] = [];
  context.on("request", (request) => {
    const url = new URL(request.url());
    const meant = url.origin === origin || foreign.includes(url.origin);
    if (!meant && url.protocol.startsWith("http")) faults.push(`foreign request: ${request.url()}`);
  });
  context.on("console", (message) => {
    if (message.type() !== "error" && !message.text().startsWith(BREACH)) return;
    // The browser says so of every page that is answered by 4xx; stories ask for such pages on purpose.
    const answered = message.text().startsWith("Failed to load resource: the server responded with a status of 4");
    const page = !message.location().url.includes("/assets/");
    // Reported, not enforced: the renderer of the islands still writes through innerHTML.
    const reported = message.text().startsWith("[Report Only]");
    if (!(answered && page) && !reported) faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => faults.push(`uncaught: ${error.error()}`));
  await context.addInitScript((breach) => {
    document.addEventListener("securitypolicyviolation", (event) => {
      if (event.disposition === "enforce") console.error(breach, event.effectiveDirective, event.blockedURI, event.sample);
    });
  }, BREACH);
  return faults;
}
