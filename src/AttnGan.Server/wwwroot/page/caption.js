import { tokenize } from '../model/tokenizer.js';
import { byId, make } from './dom.js';

/** The caption's field, its words below it, and what may have been meant by those that the model does not know. */
export class CaptionView {
  #light;
  #unknown = [];

  /** @param {{light: import('./light.js').Light, onInput: () => void, onSubmit: () => void}} options */
  constructor({ light, onInput, onSubmit }) {
    this.#light = light;
    this.field = byId('caption');
    this.field.addEventListener('input', () => {
      this.#mirror();
      onInput();
    });
    this.field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.isComposing) {
        event.preventDefault();
        onSubmit();
      }
    });
    this.submit = onSubmit;
    light.onChange(() => this.#mark());
  }

  get text() {
    return this.field.value.replace(/\s+/g, ' ').trim();
  }

  set text(caption) {
    this.field.value = caption;
    this.#mirror();
  }

  get isEmpty() {
    return tokenize(this.field.value).length === 0;
  }

  /** Whether the last word is being written: nothing stands behind it. */
  get lastWord() {
    const last = tokenize(this.field.value).at(-1);
    return last?.end === this.field.value.length ? last.word : null;
  }

  /** @param {{words: string[], unknownWords: {word: string, suggestions: string[]}[], truncated: boolean}} answer */
  show({ words, unknownWords, truncated }) {
    this.#unknown = unknownWords.map(({ word }) => word);
    this.#mirror();
    const shown = locate(this.field.value, words, this.#unknown);
    byId('words').replaceChildren(...shown.map((word) => this.#word(word)));
    byId('suggestions').replaceChildren(
      ...unknownWords.map((unknown) => this.#suggestion(unknown)),
      ...(truncated ? [make('p', {}, `Only the first ${words.length} known words are read.`)] : []));
    this.#mark();
  }

  /** Where nothing is written yet: words to begin with. */
  invite(words) {
    this.#unknown = [];
    this.#mirror();
    byId('words').replaceChildren();
    byId('suggestions').replaceChildren(...(words.length === 0 ? [] : [
      make('p', {}, 'Some of the words that it knows: ', ...list(words.map((word) => this.#button(word, () => {
        this.text = [this.text, word].filter(Boolean).join(' ');
      })))),
    ]));
  }

  #word({ text, kind, index }) {
    if (kind !== 'known') {
      return make('span', { class: `word ${kind}` }, text,
        make('span', { class: 'visually-hidden' }, kind === 'unknown' ? ' (not known)' : ' (not read)'));
    }

    const button = make('button', {
      class: 'word',
      type: 'button',
      'data-index': index,
      'aria-pressed': 'false',
      click: () => this.#light.toggle(index),
      focus: () => button.matches(':focus-visible') && this.#light.focus(index),
      blur: () => this.#light.focus(null),
    }, text);
    this.#light.follow(button, index);
    return button;
  }

  #suggestion({ word, suggestions }) {
    const line = make('p', {}, make('q', { class: 'unknown' }, word), ' is not known');
    if (suggestions.length > 0) {
      line.append('; did you mean ', ...list(suggestions.map((suggestion) =>
        this.#button(suggestion, () => this.#replace(word, suggestion), ` instead of ${word}`))), '?');
    } else {
      line.append('.');
    }

    return line;
  }

  #button(word, choose, more = '') {
    return make('button', {
      class: 'suggest',
      type: 'button',
      click: () => {
        choose();
        this.field.focus();
        this.submit();
      },
    }, word, make('span', { class: 'visually-hidden' }, more));
  }

  #replace(word, suggestion) {
    let caption = this.field.value;
    for (const token of tokenize(caption).reverse()) {
      if (token.word === word) {
        caption = caption.slice(0, token.start) + suggestion + caption.slice(token.end);
      }
    }

    this.text = caption;
  }

  #mark() {
    for (const button of byId('words').querySelectorAll('button')) {
      const index = Number(button.dataset.index);
      button.classList.toggle('lit', index === this.#light.lit);
      button.setAttribute('aria-pressed', String(index === this.#light.pinned));
    }
  }

  /** The same text behind the field, unknown words underlined; it also makes the field as high as its text. */
  #mirror() {
    const caption = this.field.value;
    const parts = [];
    let at = 0;
    for (const { word, start, end } of tokenize(caption)) {
      if (this.#unknown.includes(word)) {
        parts.push(caption.slice(at, start), make('span', { class: 'unknown' }, caption.slice(start, end)));
        at = end;
      }
    }

    // Without a character behind it, a last line break makes no line.
    byId('mirror').replaceChildren(...parts, `${caption.slice(at)}\u200b`);
  }
}

/**
 * The caption's words with what became of each.
 * @returns {{text: string, kind: 'known' | 'unknown' | 'cut', index?: number}[]}
 */
export function locate(caption, words, unknown) {
  for (const mode of ['Unicode', 'Official']) {
    let index = 0;
    const located = tokenize(caption, mode).map(({ word, start, end }) => {
      const text = caption.slice(start, end);
      if (unknown.includes(word)) {
        return { text, kind: 'unknown' };
      }

      return index < words.length ? { text, kind: word === words[index] ? 'known' : 'other', index: index++ } : { text, kind: 'cut' };
    });
    if (index === words.length && located.every(({ kind }) => kind !== 'other')) {
      return located;
    }
  }

  // The field has changed since, or the model cuts captions otherwise.
  return [
    ...words.map((text, index) => ({ text, kind: 'known', index })),
    ...unknown.map((text) => ({ text, kind: 'unknown' })),
  ];
}

function list(elements) {
  return elements.flatMap((element, i) => (i === 0 ? [element] : [' ', element]));
}
