/*
 * style.c - the page's style sheet. It goes into the page as it stands, so it
 * holds no '<'. Sizes are those of 16 px roots; colours are tokens with their
 * contrast checked (4.5:1 or better for text, both light and dark).
 */
#include "publish/page.h"

/* clang-format off */
const char *const sc_page_style[] = {
":root{--ink:#0b0c0c;--muted:#484949;--brand:#1d3d57;--on-brand:#fff;--link:#1a65a6;--wash:#f4f6f8;"
"--paper:#fff;--line:#cdd5db;--tint:#eef2f5;--caution:#7a4d00;--caution-paper:#fdf6e3;"
"--caution-line:#a06a00;--s1:#7297b6;--s2:#4b7599;--s3:#1d4e75;--axis:#54626d;--quote:#7f98ab;"
"--full:#0a4a33;--full-paper:#dcebe4;--part:#173f60;--part-paper:#dbe7f1;--plain:#34424c}\n",
"@media (prefers-color-scheme:dark){:root{--ink:#f2f4f5;--muted:#b6c0c8;--brand:#20384b;"
"--on-brand:#fff;--link:#8fc1ec;--wash:#1d242a;--paper:#14181c;--line:#3a444c;--tint:#1f272e;"
"--caution:#f0c36d;--caution-paper:#2b2414;--caution-line:#c58f2a;--s1:#5f86a8;--s2:#86abc9;"
"--s3:#b9d4ea;--axis:#a3afb8;--quote:#5f86a8;--full:#a9dcc3;--full-paper:#173428;--part:#b5d5ef;"
"--part-paper:#1a3145;--plain:#c6d0d7}}\n",
"*{box-sizing:border-box}\n",
"html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:12px}\n",
"body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.5 Arial,Helvetica,sans-serif;"
"font-variant-numeric:tabular-nums;overflow-wrap:break-word}\n",
".wrap{max-width:1140px;width:calc(100% - 64px);margin:0 auto}\n",
"a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}\n",
"a:hover{text-decoration-thickness:3px}\n",
"a:focus-visible,.region:focus-visible{outline:3px solid var(--ink);outline-offset:2px;"
"box-shadow:0 0 0 2px var(--paper)}\n",
".skip{position:absolute;left:-999em}.skip:focus{left:16px;top:8px;z-index:9;padding:8px 12px;"
"background:var(--paper);color:var(--link)}\n",
".vh{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);"
"white-space:nowrap}\n",
"h1,h2,h3,h4,p,ul,ol,dl,dd,figure,blockquote{margin:0;padding:0}\n",
"h1{font-size:42px;line-height:1.12;letter-spacing:-.012em;text-wrap:balance;max-width:22em;"
"margin:4px 0 26px}\n",
"h2{font-size:28px;line-height:1.2;margin:0 0 18px}h3{font-size:20px;line-height:1.3;"
"margin:44px 0 10px}h4{font-size:16px;line-height:1.3;margin:0 0 8px}\n",
"p{max-width:40em;margin:0 0 16px}b{font-weight:700}\n",
"code{font:13px/1.4 'Liberation Mono',Consolas,Menlo,monospace;overflow-wrap:anywhere}\n",

".bar{background:var(--brand);color:var(--on-brand)}.bar .wrap{display:flex;align-items:center;"
"gap:12px;min-height:61px;font-weight:700;font-size:19px}.bar svg{flex:none;fill:none;"
"stroke:currentColor;stroke-width:2}\n",
".banner{background:var(--caution-paper);border-bottom:2px solid var(--caution-line);"
"color:var(--caution)}.banner .wrap{padding:14px 0 14px}.banner p{margin:2px 0;max-width:none;"
"font-size:16px}.banner .state{font-weight:700;font-size:22px;line-height:1.25}\n",

".title{padding:34px 0 0}.kind{margin:0;color:var(--muted)}.kind span+span{margin-left:12px;"
"padding-left:12px;border-left:1px solid var(--line)}\n",
".facts{display:flex;flex-wrap:wrap;gap:14px 48px;justify-content:space-between;padding:15px 0 17px;"
"border:solid var(--line);border-width:1px 0}.facts dt{font-size:15px;color:var(--muted)}"
".facts dd{font-size:16px}\n",
".tag{display:inline-block;padding:2px 8px;font-size:14px;font-weight:700;line-height:1.4;"
"color:var(--plain);border:1px solid var(--plain)}.tag.full{color:var(--full);"
"background:var(--full-paper);border-color:var(--full-paper)}.tag.part{color:var(--part);"
"background:var(--part-paper);border-color:var(--part-paper)}\n",

".columns{padding:36px 0 72px}\n",
".side h2{font-size:16px;margin:0 0 10px}.side ul{list-style:none;font-size:16px}"
".side nav ul{border-left:2px solid var(--line)}.side nav li{padding:5px 0 5px 14px;line-height:1.35}"
".side nav a{text-decoration:none}.side nav a:hover{text-decoration:underline}"
".downloads{margin-top:30px}.downloads li{display:flex;justify-content:space-between;gap:10px;"
"padding:6px 0;border-bottom:1px solid var(--line)}.downloads span{font-size:14px;"
"color:var(--muted);white-space:nowrap;padding-top:1px}\n",

".short{border-top:4px solid var(--brand);background:var(--wash);padding:24px 28px 6px;"
"margin-bottom:40px}.short h2{margin-bottom:6px}.short dl>div{padding:14px 0;"
"border-bottom:1px solid var(--line)}.short dt{font-weight:700}.short dd{font-size:19px;"
"line-height:1.42;max-width:38em}.short dd p{margin:0 0 6px}.short .key{margin:0;padding:16px 0 18px;font-size:16px;max-width:none}\n",

".matter{border-top:2px solid var(--brand);margin-top:52px;padding-top:22px}"
".body.rest .matter:first-child{margin-top:0}\n",
".matter h2 span{display:block;font-size:17px;font-weight:400;color:var(--muted)}\n",
"blockquote{border-left:3px solid var(--quote);padding:0 0 0 16px;margin:0 0 18px;color:var(--muted)}"
"blockquote p{margin:0}\n",
".answer{font-size:19px;line-height:1.42;max-width:38em}\n",
".words{background:var(--wash);color:var(--ink);padding:18px 22px;margin:0 0 8px}.words p{margin:0 0 12px}"
".words p:last-child{margin:0}.words ol{padding-left:22px}\n",

".region{position:relative;overflow-x:auto;margin:26px 0 10px;max-width:100%}\n",
"table{border-collapse:collapse;font-size:16px;line-height:1.3;border-bottom:2px solid var(--ink)}\n",
"caption{text-align:left;padding:0 0 8px}.cap{display:block;position:sticky;left:0;width:fit-content;"
"max-width:min(100%,calc(100vw - 64px))}.cap>span{display:block;font-size:17px;line-height:1.35}"
".number{color:var(--muted);padding-right:6px}.cap .detail,.chart .detail{font-size:15px;"
"color:var(--muted)}.cap .unfit{font-size:14px;font-weight:700;color:var(--caution)}\n",
"thead th{border-top:2px solid var(--ink);border-bottom:1px solid var(--ink);vertical-align:bottom;"
"padding:8px 10px 6px}\n",
"tbody th,td{padding:5px 10px 6px;border-bottom:1px solid var(--line);vertical-align:top}\n",
"tbody tr:last-child th,tbody tr:last-child td{border-bottom:0}\n",
"tbody+tbody tr:first-child th,tbody+tbody tr:first-child td{border-top:1px solid var(--ink)}\n",
"th{text-align:right;font-weight:700}th.l{text-align:left}.months thead th,.years thead th{white-space:nowrap}tbody th{text-align:left;font-weight:400}"
"thead th:first-child,tbody th{text-align:left;padding-left:0}td{text-align:right}"
"td,.facts dd,.nb{white-space:nowrap}.c{color:var(--muted)}\n",
"th.t,td.t{background:var(--tint)}td.t,.sum th,.sum td,.group th,.group td{font-weight:700}"
".sum th,.sum td{border-top:1px solid var(--ink)}.of th{padding-left:20px;color:var(--muted)}\n",
"td.c{font-weight:400}\n",
".years,.account{table-layout:fixed;width:100%;max-width:720px}.years thead th:first-child{width:42%}"
".years.many thead th:first-child{width:30%}.years.many{max-width:none}\n",
".account thead th:first-child{width:78%}\n",
".months{table-layout:fixed;width:100%}.months tbody th,.months td{padding-top:3px;padding-bottom:3px}"
".months thead th:first-child{width:32%}\n",
".grid{min-width:min(100%,420px)}.grid tbody th,.grid td{padding-top:4px;padding-bottom:4px}"
".grid th:first-child,.years th:first-child{position:sticky;left:0;background:var(--paper)}"
".grid.wide{font-size:15px}.grid.wide thead th{font-size:14px;line-height:1.25;min-width:4.6em;"
"hyphens:auto}.grid.wide th,.grid.wide td{padding-left:6px;padding-right:8px}"
".grid.wide th:first-child{padding-left:0}"
".grid.wide thead th:first-child{min-width:7em}\n",
".grid tbody:not(:first-of-type) .group th,.grid tbody:not(:first-of-type) .group td{padding-top:12px}\n",
".terms td,td.l{text-align:left;white-space:normal}.terms tbody th{width:12em;font-weight:700}"
".inputs{font-size:15px}.inputs td.l:last-child{min-width:15em}.hash,.hash-name{font-size:14px;"
"color:var(--muted)}\n",
".notes{font-size:15px;color:var(--muted);margin:0 0 8px}.notes p{margin:0 0 4px}"
".notes .files{margin-top:8px}\n",
".findings{max-width:40em;padding-left:20px}.findings li{margin:0 0 6px}\n",
".caution{border-left:3px solid var(--caution-line);padding-left:16px;color:var(--caution)}\n",
".method>div{padding:10px 0;border-bottom:1px solid var(--line);max-width:720px}"
".method dt{font-weight:700}\n",
".keywords{list-style:none;display:flex;flex-wrap:wrap;gap:8px}.keywords li{border:1px solid "
"var(--quote);color:var(--part);padding:4px 10px;font-size:15px}\n",

".chart{margin:30px 0 14px;break-inside:avoid}figcaption{margin:0 0 10px}figcaption b{display:block}"
".chart .source{font-size:14px;color:var(--muted);margin:8px 0 0}\n",
".panels,.bars{list-style:none}.panels{display:grid;grid-template-columns:repeat(auto-fill,"
"minmax(min(100%,250px),1fr));gap:4px 32px}.panels>li{border-top:1px solid var(--line);"
"padding:9px 0 14px;break-inside:avoid}\n",
".bars li{display:grid;grid-template-columns:58px 1fr;gap:8px;min-height:26px;align-items:center}"
".panels.two{grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr))}.panels.long .bars li{grid-template-columns:118px 1fr}.k{font-size:14px;line-height:1.2;"
"color:var(--muted)}.w{font-size:14px;color:var(--muted);border-left:1px solid var(--axis);"
"padding-left:7px;line-height:20px}\n",
".bars svg,.by-month{display:block;width:100%;overflow:visible}svg text{font-size:14px;fill:var(--ink)}"
"svg line{stroke:var(--axis);stroke-width:1}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}\n",
".by-month{margin-left:34px;width:calc(100% - 34px)}.by-month.far{margin-left:64px;"
"width:calc(100% - 64px)}.by-month svg{overflow:visible}.by-month .grid{stroke:var(--line)}"
".by-month .axis{font-size:13px;fill:var(--muted);text-anchor:end}.by-month .value{text-anchor:middle}"
".by-month .year{font-weight:700}.by-month .sum,.by-month .mark{fill:var(--muted)}"
".by-month .mark{font-size:13px}\n",
"footer{background:var(--wash);border-top:1px solid var(--line);padding:24px 0 30px;font-size:15px;"
"color:var(--muted)}footer p{margin:0}\n",

"@media (min-width:62em){.columns{display:grid;grid-template-columns:216px minmax(0,1fr);"
"gap:0 52px;grid-template-rows:auto 1fr}.body{grid-column:2;min-width:0}.side{grid-column:1;"
"grid-row:1/3;align-self:start;position:sticky;top:20px;max-height:calc(100vh - 40px);"
"overflow-y:auto}.short dl>div,.method>div{display:grid;grid-template-columns:176px 1fr;gap:28px}"
".pair{display:grid;grid-template-columns:minmax(0,340px) minmax(0,1fr);gap:44px;align-items:start}"
".pair .region,.pair .chart{margin-top:26px}.cap{max-width:100%}}\n",
"@media (max-width:40em){body{font-size:16px}.wrap{width:calc(100% - 32px)}h1{font-size:29px;"
"margin-bottom:20px}h2{font-size:23px}.title{padding-top:22px}.kind span{display:block}"
".kind span+span{margin:0;padding:0;border:0}.facts{display:grid;grid-template-columns:1fr 1fr;"
"gap:12px 16px}.facts dd{white-space:normal}.short{margin-left:-16px;margin-right:-16px;"
"padding:20px 16px 2px}.columns{padding-top:24px}.matter{margin-top:40px}table{font-size:15px}"
"th,td{padding-left:4px!important;padding-right:5px!important}tbody th,thead th:first-child{"
"padding-left:0!important}.of th{padding-left:14px!important}.years,.years.many{min-width:0}"
".years thead th:first-child{width:34%}.cap{max-width:calc(100vw - 32px)}.side{margin-bottom:40px}"
".grid th:first-child{border-right:1px solid var(--line)}.banner .state{font-size:20px}"
".terms tbody th{width:8em}}\n",
"@media (forced-colors:active){svg text{fill:CanvasText}svg line{stroke:CanvasText}.s1,.s2,.s3{"
"forced-color-adjust:none}.by-month .year,.by-month .sum,.by-month .axis,.by-month .mark{"
"fill:CanvasText}.banner{border:3px solid}.tag{border:1px solid}}\n",
"@media print{:root{--paper:#fff;--ink:#000;--muted:#333;--wash:#fff;--tint:#f1f1f1;--line:#bbb}"
"body{font-size:10.5pt}.wrap{width:100%;max-width:none}.skip,.side nav{display:none}"
".columns{display:block;padding:12pt 0}.side{position:static}.region{overflow:visible}"
"table{font-size:9pt}thead{display:table-header-group}tr,.panels>li,.short{break-inside:avoid}"
"h2,h3,caption,figcaption{break-after:avoid}.s1,.s2,.s3,.tint,.tag{print-color-adjust:exact;"
"-webkit-print-color-adjust:exact}.banner{border:2pt solid var(--caution-line)}"
".grid th:first-child{position:static}.pair{display:block}"
".short{border:1pt solid var(--line);border-top:3pt solid var(--brand)}}\n",
NULL};
/* clang-format on */
