/**
 * Which word is lit: the one that is pointed at, else the one that has the keyboard's focus, else the one that was pressed.
 * On phones only pressing is left.
 */
export class Light {
  #hovered = null;
  #focused = null;
  #listeners = [];

  pinned = null;

  get lit() {
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

  toggle(index) {
    this.#set(() => { this.pinned = this.pinned === index ? null : index; });
  }

  /** Other words, other places. */
  reset() {
    this.#set(() => { this.#hovered = this.#focused = this.pinned = null; });
  }

  /** Makes pointing at an element light a word. */
  follow(element, index) {
    element.addEventListener('pointerenter', (event) => event.pointerType === 'mouse' && this.hover(index));
    element.addEventListener('pointerleave', () => this.hover(null));
  }

  #set(change) {
    change();
    this.#listeners.forEach((listener) => listener(this.lit));
  }
}
