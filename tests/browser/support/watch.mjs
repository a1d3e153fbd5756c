// What must not happen while a page is open, whoever looks at it: errors in the console (a breach of the CSP is one),
// exceptions of scripts, dialogs of the browser's own, requests that fail or go elsewhere, pages without a CSP, answers that nobody expected.

/** How Chromium tells of an answer of 400 and above, which `Watch` sees by itself. */
const BAD_ANSWER = /^Failed to load resource: the server responded with a status of \d+/;

/** Watches one page from its first request on. */
export class Watch {
  #page;
  #problems = [];
  #document;

  constructor(page) {
    this.#page = page;
    page.on('console', (message) => this.#console(message));
    page.on('pageerror', (error) => this.#found(`exception: ${error.message}`));
    page.on('dialog', (dialog) => {
      // Ours are part of the page; the browser's own come of a script that got in.
      this.#found(`dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on('requestfailed', (request) => this.#failed(request));
    page.on('response', (response) => this.#answered(response));
  }

  /** The last answer that became the page: its status and headers; nothing before the first. */
  get document() {
    return this.#document;
  }

  /** What was found since the last call. */
  take() {
    return this.#problems.splice(0);
  }

  #found(problem) {
    this.#problems.push(`${problem} (on ${this.#page.url()})`);
  }

  #console(message) {
    if (message.type() === 'error' && !BAD_ANSWER.test(message.text())) this.#found(`console: ${message.text()}`);
  }

  #failed(request) {
    const reason = request.failure()?.errorText ?? 'unknown';
    // A page that is left while it loads, and a page that turns out to be a file to keep, end like this.
    if (reason !== 'net::ERR_ABORTED') this.#found(`request failed: ${request.method()} ${request.url()}: ${reason}`);
  }

  #answered(response) {
    const request = response.request();
    const status = response.status();
    const isPage = request.isNavigationRequest() && request.frame() === this.#page.mainFrame();
    if (isPage && isFile(response)) return;
    if (isPage && !isRedirect(status)) {
      this.#document = { status, headers: response.headers(), url: response.url() };
      const policy = response.headers()['content-security-policy'];
      if (isHtml(response) && !policy?.includes("default-src 'none'")) this.#found('no strict Content-Security-Policy');
    } else if (status >= 400) {
      this.#found(`answer ${status}: ${request.method()} ${request.url()}`);
    }
  }
}

function isRedirect(status) {
  return status >= 300 && status < 400;
}

/** A file to keep leaves the page where it is. */
function isFile(response) {
  return response.headers()['content-disposition']?.startsWith('attachment') ?? false;
}

function isHtml(response) {
  return response.headers()['content-type']?.startsWith('text/html') ?? false;
}
