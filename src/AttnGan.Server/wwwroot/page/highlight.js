/**
 * The highlighted word: the one under the pointer, else the one with keyboard focus, else the pinned one. Touch screens have only
 * pinning.
 */
export class Highlight {
  #hovered = null;
  #focused = null;
  #listeners = [];

  pinned = null;

  /** Index of the highlighted word; null if there is none. */
  get index() {
    return this.#hovered ?? this.#focused ?? this.pinned;
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  hover(index) {
    this.#set(() => { this.#hovered = index; });
  }

  focus(index) {
    this.#set(() => { this.#focused = index; });
  }

  /** Pins a word, or unpins it. */
  toggle(index) {
    this.#set(() => { this.pinned = this.pinned === index ? null : index; });
  }

  /** Removes the highlight, because the caption has other words. */
  reset() {
    this.#set(() => { this.#hovered = this.#focused = this.pinned = null; });
  }

  /** Highlights a word while the pointer is over an element. */
  bind(element, index) {
    element.addEventListener('pointerenter', (event) => event.pointerType === 'mouse' && this.hover(index));
    element.addEventListener('pointerleave', () => this.hover(null));
  }

  #set(change) {
    change();
    this.#listeners.forEach((listener) => listener(this.index));
  }
}
