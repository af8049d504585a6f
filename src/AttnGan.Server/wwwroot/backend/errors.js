/** An error of a backend, with texts for the visitor. */
export class BackendError extends Error {
  /**
   * @param {'away' | 'busy' | 'key' | 'unknown' | 'refused' | 'broken'} kind
   *   away: there is no response; busy: retry after `retryAfter` seconds; key: the server requires an API key; unknown: the caption has
   *   no known word; refused: the request is invalid; broken: the backend failed.
   */
  constructor(kind, title, { detail = '', retryAfter = 0, unknownWords = [] } = {}) {
    super(title);
    Object.assign(this, { kind, detail, retryAfter, unknownWords });
  }
}
