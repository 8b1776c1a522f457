/** A validator that ajv compiled: true, or `errors` say why not. */
export type Validate = {
  (data: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly message?: string; readonly params: unknown }[] | null;
};

/**
 * What is wrong with an object by its schema, and which of its fields the schema does not know. Kubernetes' schemas
 * allow further fields, and its API server drops them silently; a compiled validator looks at those it knows only, so
 * those at which it never looks are unknown.
 */
export function strictProblems(validate: Validate, object: object): readonly string[] {
  const seen = new Set<string>();
  const isValid = validate(watched(object, "", seen));
  const errors = isValid ? [] : (validate.errors ?? []);
  return [
    ...errors.map(({ instancePath, params }) => `${instancePath}: ${JSON.stringify(params)}`),
    ...leaves(object, "")
      .filter((path) => !seen.has(path))
      .map((path) => `${path}: unknown field`),
  ];
}

/** The same object, which notes every field that is read. */
function watched(value: object, path: string, seen: Set<string>): object {
  return new Proxy(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (typeof key === "symbol") return found;
      const own = `${path}/${key}`;
      seen.add(own);
      return typeof found === "object" && found !== null ? watched(found, own, seen) : found;
    },
  });
}

/** Paths of all fields, of objects too. */
function leaves(value: unknown, path: string): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [`${path}/${key}`].concat(leaves(item, `${path}/${key}`)));
}
