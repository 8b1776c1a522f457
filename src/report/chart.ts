import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { AxisPointerComponent, GridComponent, MarkLineComponent, TitleComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { standIn } from "./palette.ts";

use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  AxisPointerComponent,
  GridComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

/** A chart in stand-in colours: see palette.ts. */
export type Chart = {
  /** What it shows, for who cannot see it. */
  readonly label: string;
  /** For the name of its file. */
  readonly name: string;
  svg(size: ChartSize): string;
};

export type ChartSize = { readonly width: number; readonly isNarrow: boolean };

export const wideChart: ChartSize = { width: 920, isNarrow: false };
export const narrowChart: ChartSize = { width: 360, isNarrow: true };

const fontFamily = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** What makes a drawing one of its own on a page with many. */
export type Drawing = {
  readonly name: string;
  readonly label: string;
  readonly size: ChartSize;
  readonly height: number;
};

/** Draws on no screen: the same option gives the same text. */
export function drawSvg(option: EChartsCoreOption, { name, label, size, height }: Drawing): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: size.width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily, color: standIn("ink") }, ...option });
    return withOwnIds(chart.renderToSVGString(), `${name}${size.isNarrow ? "-narrow" : ""}`).replace(
      "<svg ",
      `<svg role="img" aria-label="${escapeAttribute(label)}" `,
    );
  } finally {
    chart.dispose();
  }
}

/** The renderer numbers ids through its life: they would differ from run to run. Styles and classes are for a pointer. */
function withOwnIds(svg: string, name: string): string {
  return svg
    .replaceAll(/\sclass="zr\d+-[\w-]+"/g, "")
    .replace(/<style[^]*?<\/style>/, "")
    .replaceAll(/\bzr\d+-/g, `${name}-`);
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

/** Parts of an axis that all charts have. */
export function axisStyle(): Readonly<Record<string, unknown>> {
  return {
    axisLine: { lineStyle: { color: standIn("line") } },
    axisTick: { lineStyle: { color: standIn("line") } },
    axisLabel: { color: standIn("muted"), fontSize: 11, hideOverlap: true },
    splitLine: { lineStyle: { color: standIn("line"), width: 0.6 } },
    nameTextStyle: { color: standIn("muted"), fontSize: 11 },
  };
}

/** Three significant digits, without an exponent. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toString();
  return Number(value.toPrecision(3)).toString();
}
