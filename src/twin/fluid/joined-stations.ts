import { type JoinedColumn, joinColumns, type LanePlace, putAll } from "./joined-columns.ts";
import { createStations, type Stations } from "./stations.ts";

/** Stations of all lanes as one: a column is put together when it is looked at and has changed since. */
export type JoinedStations = {
  readonly all: Stations;
  /** A column has changed; all of them when none is named. */
  touch(name?: keyof Stations): void;
};

export function joinStations(
  lanes: readonly { readonly own: Stations; readonly place: LanePlace }[],
  services: number,
): JoinedStations {
  const { own, place } = lanes[0]!;
  const all = createStations(services, place.environments, own.tickMs, own.moreTries.length / place.count);
  const columns = lanes.map((lane) => joinColumns(lane.own, all, lane.place));
  const names = [...columns[0]!.keys()];
  const stale = new Set<string>(names);
  for (const name of names)
    putWhenRead(
      all,
      name,
      stale,
      columns.map((lane) => lane.get(name)!),
    );
  return {
    all,
    touch(name) {
      if (name !== undefined) stale.add(name);
      else for (const one of names) stale.add(one);
    },
  };
}

function putWhenRead(all: Stations, name: string, stale: Set<string>, columns: readonly JoinedColumn[]): void {
  const column = columns[0]!.all;
  Object.defineProperty(all, name, {
    enumerable: true,
    get() {
      if (stale.delete(name)) putAll(columns);
      return column;
    },
  });
}
