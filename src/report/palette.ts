/** Colours of a report by what they are for; charts are drawn in stand-ins that become one of these. */
export type ColourName = (typeof colourNames)[number];

const colourNames = [
  "ink",
  "muted",
  "line",
  "paper",
  "team",
  "blue",
  "indigo",
  "green",
  "orange",
  "violet",
  "lime",
  "teal",
  "yellow",
  "red",
  "grey",
  "slate",
] as const;

type Palette = Readonly<Record<ColourName, string>>;

export const lightPalette: Palette = {
  ink: "#1f2328",
  muted: "#59636e",
  line: "#d1d9e0",
  paper: "#ffffff",
  team: "#c2255c",
  blue: "#1971c2",
  indigo: "#364fc7",
  green: "#2b8a3e",
  orange: "#d9480f",
  violet: "#862e9c",
  lime: "#5c940d",
  teal: "#0b7285",
  yellow: "#b07d00",
  red: "#c92a2a",
  grey: "#868e96",
  slate: "#495057",
};

export const darkPalette: Palette = {
  ink: "#e6edf3",
  muted: "#9da7b1",
  line: "#343c45",
  paper: "#11161c",
  team: "#ff6b9d",
  blue: "#4dabf7",
  indigo: "#91a7ff",
  green: "#69db7c",
  orange: "#ff922b",
  violet: "#da77f2",
  lime: "#c0eb75",
  teal: "#3bc9db",
  yellow: "#ffd43b",
  red: "#ff8787",
  grey: "#8b949e",
  slate: "#c9d1d9",
};

/** A colour that stands in a chart until it is known where the chart goes; no palette has one like it. */
export function standIn(name: ColourName): string {
  return `#fe00${(colourNames.indexOf(name) + 16).toString(16)}`;
}

/** A chart with colours that follow the page's theme. */
export function withVariables(svg: string): string {
  return replaced(svg, (name) => `var(--${name})`);
}

/** A chart that stands alone, on white. */
export function withLightColours(svg: string): string {
  return replaced(svg, (name) => lightPalette[name]);
}

function replaced(svg: string, of: (name: ColourName) => string): string {
  return colourNames.reduce((text, name) => text.replaceAll(standIn(name), of(name)), svg);
}

/** CSS custom properties of a palette. */
export function variablesOf(palette: Palette): string {
  return colourNames.map((name) => `--${name}:${palette[name]}`).join(";");
}

const families: Readonly<Record<string, ColourName>> = {
  team: "team",
  hpa: "blue",
  "hpa-cpu": "indigo",
  "hpa-rps": "teal",
  keda: "green",
  "feed-forward": "orange",
  "feed-forward+holt": "violet",
  local: "lime",
  "local+holt": "yellow",
  oracle: "grey",
  fixed: "slate",
};
const others: readonly ColourName[] = ["red", "teal", "yellow", "violet", "green"];

/** The same autoscaler has the same colour in every chart; those of one family share it. */
export function colourOf(autoscaler: string): ColourName {
  const family = autoscaler.split(":", 1)[0]!;
  const known = Object.hasOwn(families, family) ? families[family] : undefined;
  if (known !== undefined) return known;
  return others[family.length % others.length]!;
}

/** Shapes tell series apart where colours do not. */
const shapes = ["circle", "rect", "triangle", "diamond", "roundRect"] as const;

export function shapeOf(index: number): string {
  return shapes[index % shapes.length]!;
}
