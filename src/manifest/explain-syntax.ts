/**
 * What is wrong at `offset` of a YAML text, and what to do about it, in place of the reader's own words for the same.
 *
 * @param reason - The reader's words; kept where there are no better ones.
 */
export function explainSyntax(reason: string, text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const explanation = explainReason(reason, text.charAt(offset), line.trim() === '') ?? reason;
  return /\{\{/.test(line + text.slice(offset, offset + 2)) ? `${explanation}; a template has to be rendered first` : explanation;
}

function explainReason(reason: string, char: string, startsLine: boolean): string | undefined {
  switch (reason) {
    case 'bad indentation of a mapping entry':
      if (char === ':') return 'unexpected colon; is the line indented like the fields beside it? A value with ": " in it needs quotes';
      if (startsLine) return 'indented differently from the fields beside it';
      return /[@`%]/.test(char) ? needsQuotes(char) : 'unexpected text behind a value; does the value need quotes?';
    case 'bad indentation of a sequence entry':
      return 'indented differently from the items beside it';
    case 'can not read a block mapping entry; a multiline key may not be an implicit key':
      return missingColon;
    case 'end of the stream or a document separator is expected':
      return char === ':' ? missingColon : 'does not belong to what stands above; is it indented alike?';
    case 'deficient indentation':
      return 'not indented as part of the quotes or brackets that are open here; is a closing one missing?';
    case 'tab characters must not be used in indentation':
      return 'indented with a tab; use spaces';
    case 'missed comma between flow collection entries':
      return 'expected a comma or a closing bracket';
    case 'unexpected end of the stream within a flow collection':
      return 'expected a closing bracket before the end';
    case 'unexpected end of the stream within a double quoted scalar':
      return 'expected a closing " before the end';
    case 'unexpected end of the stream within a single quoted scalar':
      return "expected a closing ' before the end";
    case 'name of an alias node must contain at least one character':
      return needsQuotes('*');
    case 'name of an anchor node must contain at least one character':
      return needsQuotes('&');
    default:
      return undefined;
  }
}

const missingColon = 'the name of a field goes over several lines; is ": " missing in the line before?';

function needsQuotes(char: string): string {
  return `a value that begins with ${char} needs quotes`;
}
