const longest = 200;

/** Text that is neither YAML nor JSON, or more of it than is read (`limits`). The message is one line. */
export class ManifestSyntaxError extends Error {
  /** Where in the text, as an index. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    const line = message.replace(/\s+/g, ' ');
    super(line.length > longest ? `${line.slice(0, longest)}...` : line);
    this.name = 'ManifestSyntaxError';
    this.offset = offset;
  }
}
