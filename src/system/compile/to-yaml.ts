import { Document, type Scalar, visit } from "yaml";

/** Strings that every YAML reader, of version 1.1 or 1.2, takes for that string without quotes. */
const plain = /^[A-Za-z/](?:[\w./:-]*\w)?$/;
const otherThanText = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/**
 * Objects as one YAML file. Keys stand in the order in which they are written here, so that the same objects always
 * give the same bytes.
 */
export function toYaml(...objects: readonly object[]): string {
  return objects.map(documentText).join("---\n");
}

function documentText(object: object): string {
  const document = new Document(object, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, node) {
      if (key !== "key" && typeof node.value === "string") node.type = styleOf(node.value);
    },
  });
  return document.toString({ lineWidth: 0 });
}

function styleOf(text: string): Scalar.Type {
  if (text.includes("\n")) return "BLOCK_LITERAL";
  return plain.test(text) && !otherThanText.test(text) ? "PLAIN" : "QUOTE_DOUBLE";
}
