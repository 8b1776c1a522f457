import { darkPalette, lightPalette, variablesOf } from "./palette.ts";

const light = variablesOf(lightPalette);
const dark = variablesOf(darkPalette);

/** Light and dark as the reader's system has it, a layout for telephones, and always light on paper. */
export const stylesheet: string = `
:root{${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
body{margin:0}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .4rem}
h2{font-size:1.3rem;margin:2.6rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1.02rem;margin:1.8rem 0 .5rem}
p{margin:.3rem 0}
a{color:var(--blue)}
.muted,figcaption{color:var(--muted);font-size:.86rem}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;padding:0;margin:1rem 0 0;list-style:none}
figure{margin:.4rem 0 1.2rem}
figure svg{display:block;max-width:100%;height:auto}
figcaption{margin-top:.15rem}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:.2rem .9rem;list-style:none;padding:0;margin:.3rem 0;font-size:.86rem}
.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:2px;margin-right:.35rem;vertical-align:-.08rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.84rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.25rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
th{font-weight:600}
th[scope=row],th:first-child{text-align:left;font-weight:400;white-space:normal;min-width:12rem;overflow-wrap:anywhere}
thead th{color:var(--muted)}
#trained td:last-child{text-align:left;white-space:normal}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:6px;padding:.7rem .8rem;font-size:.82rem;line-height:1.55}
@media screen and (max-width:640px){.wide{display:none}.narrow{display:block}main{padding:1rem .75rem 3rem}}
@media print{
@page{margin:14mm}
html{font-size:11px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}
nav{display:none}
figure,tr,pre{break-inside:avoid}
h2,h3,.legend{break-after:avoid}
.scroll{overflow:visible}
th,td{white-space:normal;padding:.15rem .3rem}
}
`;
