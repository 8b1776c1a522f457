import type { Topology } from "../../topology/topology.ts";
import { fingerprint } from "../fingerprint.ts";
import { type Panel, panelRows } from "./panels.ts";

/** Grafana's grid is 24 wide. */
const PANELS_PER_ROW = 3;
const WIDTH = 24 / PANELS_PER_ROW;
const HEIGHT = 7;

/** Any Prometheus that Grafana knows: karma's own, or the one of kube-prometheus-stack. */
const datasource = { type: "prometheus", uid: "${datasource}" };

/** A dashboard of Grafana, as JSON. */
export function dashboardJson(topology: Topology): string {
  const dashboard = {
    uid: `karma-${fingerprint(topology.name)}`,
    title: `karma: ${topology.name}`,
    tags: ["karma"],
    timezone: "browser",
    schemaVersion: 39,
    refresh: "10s",
    time: { from: "now-30m", to: "now" },
    templating: { list: [{ name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus" }] },
    panels: placed(topology),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function placed(topology: Topology): readonly object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of panelRows(topology)) {
    panels.push({ id: panels.length + 1, type: "row", title: row.title, gridPos: { h: 1, w: 24, x: 0, y } });
    y += 1;
    for (const [index, panel] of row.panels.entries()) {
      const column = index % PANELS_PER_ROW;
      const top = y + Math.floor(index / PANELS_PER_ROW) * HEIGHT;
      panels.push(panelObject(panels.length + 1, panel, { h: HEIGHT, w: WIDTH, x: column * WIDTH, y: top }));
    }
    y += Math.ceil(row.panels.length / PANELS_PER_ROW) * HEIGHT;
  }
  return panels;
}

function panelObject(id: number, { title, unit, lines }: Panel, gridPos: object): object {
  return {
    id,
    type: "timeseries",
    title,
    datasource,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 5, showPoints: "never" } }, overrides: [] },
    options: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
    targets: lines.map(({ legend, expr }, index) => ({
      refId: String.fromCodePoint("A".codePointAt(0)! + index),
      datasource,
      expr,
      legendFormat: legend,
    })),
  };
}
