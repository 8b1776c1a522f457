/** A column of a lane, [rows][its environments], and the same of all lanes, [rows][environments]. */
export type JoinedColumn = {
  readonly own: Float64Array;
  readonly all: Float64Array;
  readonly place: LanePlace;
};

/** Environments of one lane among all. */
export type LanePlace = { readonly first: number; readonly count: number; readonly environments: number };

/** Columns of a lane by their name, where all lanes have one of that name. */
export function joinColumns(own: object, all: object, place: LanePlace): ReadonlyMap<string, JoinedColumn> {
  const joined = new Map<string, JoinedColumn>();
  const whole = new Map<string, unknown>(Object.entries(all));
  for (const [name, column] of Object.entries(own)) {
    const same = whole.get(name);
    if (column instanceof Float64Array && same instanceof Float64Array)
      joined.set(name, { own: column, all: same, place });
  }
  return joined;
}

/** What a lane holds stands among what all hold. */
export function putAll(columns: readonly JoinedColumn[]): void {
  for (const { own, all, place } of columns) {
    const { first, count, environments } = place;
    for (let from = 0, to = first; from < own.length; to += environments)
      for (let e = 0; e < count; e++, from++) all[to + e] = own[from]!;
  }
}

/** A lane gets its part of what all hold. */
export function takeOwn({ own, all, place: { first, count, environments } }: JoinedColumn): void {
  for (let to = 0, from = first; to < own.length; from += environments)
    for (let e = 0; e < count; e++, to++) own[to] = all[from + e]!;
}
