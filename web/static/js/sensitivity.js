// The chart of a value against its rate, prices and term. The table below it says the same, so
// without scripts nothing is lost. Lines differ by dashes and marks: it prints in grey.

const DASHES = ["solid", "dashed", "dotted"];
const MARKS = ["circle", "rect", "triangle"];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const options = (told) => {
  const ink = colour("--ink");
  const soft = colour("--ink-soft");
  const colours = [colour("--green"), colour("--ochre"), ink];
  const axis = {
    nameLocation: "middle",
    nameTextStyle: { color: soft },
    axisLabel: { color: soft },
    axisLine: { onZero: false, lineStyle: { color: soft } },
    splitLine: { lineStyle: { color: colour("--line") } },
  };
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    grid: { left: 76, right: 100, top: 20, bottom: 52 },
    tooltip: { trigger: "axis" },
    xAxis: { ...axis, type: "value", name: told.x, nameGap: 30, interval: 10, min: "dataMin", max: "dataMax" },
    yAxis: { ...axis, type: "value", name: told.y, nameGap: 56, scale: true },
    series: told.lines.map((line, place) => ({
      type: "line",
      name: line.name,
      data: line.points,
      symbol: MARKS[place],
      symbolSize: 7,
      color: colours[place],
      lineStyle: { type: DASHES[place], width: 2 },
      endLabel: { show: true, formatter: "{a}", color: colours[place], width: 92, overflow: "break" },
      labelLayout: { moveOverlap: "shiftY" },
    })),
  };
};

// What is folded has no width: its chart is drawn when it is unfolded.
const draw = (place) => {
  let chart = null;
  new ResizeObserver(() => {
    if (!place.clientWidth) return;
    if (chart) return chart.resize();
    chart = window.echarts.init(place);
    chart.setOption(options(JSON.parse(place.dataset.sensitivity)));
  }).observe(place);
};

if (window.echarts) document.querySelectorAll("[data-sensitivity]").forEach(draw);
