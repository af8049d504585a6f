/** What went wrong, in words for the reader of the page. */
export class BackendError extends Error {
  /**
   * @param {'away' | 'busy' | 'key' | 'unknown' | 'refused' | 'broken'} kind away: nobody answers; busy: ask again after `retryAfter` seconds;
   *   key: the server asks for a key; unknown: no word of the caption is known; refused: the request is wrong; broken: it is not the reader's fault.
   */
  constructor(kind, title, { detail = '', retryAfter = 0, unknownWords = [] } = {}) {
    super(title);
    Object.assign(this, { kind, detail, retryAfter, unknownWords });
  }
}
