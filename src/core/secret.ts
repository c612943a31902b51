const mask = '[secret]';

/**
 * A credential in memory, and where it may go. Text, JSON and inspector forms show `[secret]`; `reveal` is the only way
 * to the value, and the files that may call it are listed in a test.
 */
export class Secret {
  readonly #value: string;
  readonly #audience: readonly string[] | undefined;

  constructor(value: string, audience?: readonly string[]) {
    this.#value = value;
    this.#audience = audience;
  }

  /** The origins that it may be sent to; none for an address, which is its own. Undefined where that is not settled yet. */
  get audience(): readonly string[] | undefined {
    return this.#audience;
  }

  boundTo(audience: readonly string[]): Secret {
    return new Secret(this.#value, audience);
  }

  /** What is made of it for a request, which may go where it may go. */
  as(value: string): Secret {
    return new Secret(value, this.#audience);
  }

  reveal(): string {
    return this.#value;
  }

  /** Whether it holds nothing but white space. */
  isBlank(): boolean {
    return this.#value.trim() === '';
  }

  /** Whether both hold the same value. */
  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask;
  }
}
