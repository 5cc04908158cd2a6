// Which part of the past a query looks at: every comparison of a table's event time with a point that
// can be computed before the query runs.
"use strict";

(() => {
  const { array, calledBody, kindOf, symbolKindOf } = kqlBridge;

  const TICKS = { second: 10n ** 7n, minute: 60n * 10n ** 7n, hour: 3600n * 10n ** 7n, day: 86400n * 10n ** 7n, week: 604800n * 10n ** 7n };
  const ticksOf = (value) => (value && value.getTicks ? BigInt(value.getTicks().toString()) : null);
  const both = (left, right, combine) => (left === null || right === null ? null : combine(left, right));

  const argumentsOf = (call) => array(call.ArgumentList && call.ArgumentList.Expressions).map((item) => item.Element$1);
  const functionName = (node) =>
    kindOf(node) === "FunctionCallExpression" && node.ReferencedSymbol ? node.ReferencedSymbol.Name : null;
  const sourceOf = (node) =>
    kindOf(node) === "NameReference" && node.ReferencedSymbol && symbolKindOf(node.ReferencedSymbol) === "Variable"
      ? node.ReferencedSymbol.Source || null
      : null;

  function number(node) {
    if (kindOf(node) === "UnaryMinusExpression") return both(number(node.Expression), 0, (value) => -value);
    const value = node.ConstantValue;
    if (value === null || value === undefined) return null;
    const converted = Number(value.toString());
    return Number.isFinite(converted) ? converted : null;
  }

  // A time span in ticks of 100 ns, null where it is not constant.
  function span(node) {
    if (!node) return null;
    const known = ticksOf(node.ConstantValue);
    if (known !== null) return known;
    const source = sourceOf(node);
    if (source) return span(source);
    const scaled = (left, right, by) => both(span(left), number(right), (ticks, factor) => BigInt(Math.round(by(Number(ticks), factor))));
    switch (kindOf(node)) {
      case "ParenthesizedExpression":
        return span(node.Expression);
      case "UnaryMinusExpression":
        return both(span(node.Expression), 0n, (ticks) => -ticks);
      case "AddExpression":
        return both(span(node.Left), span(node.Right), (left, right) => left + right);
      case "SubtractExpression":
        return both(span(node.Left), span(node.Right), (left, right) => left - right);
      case "MultiplyExpression":
        return scaled(node.Left, node.Right, (a, b) => a * b) ?? scaled(node.Right, node.Left, (a, b) => a * b);
      case "DivideExpression":
        return scaled(node.Left, node.Right, (a, b) => a / b);
      default:
        return functionName(node) === "totimespan" ? span(argumentsOf(node)[0]) : null;
    }
  }

  const ROUNDING = new Set(["bin", "floor", "startofday", "startofweek", "startofmonth", "startofyear", "endofday", "endofweek", "endofmonth", "todatetime"]);

  // How many ticks before the rule's run a point lies: {ago}, {absolute: true} for a calendar date, or
  // null. Rounding functions count as their argument: they move it by less than their own unit.
  function point(node) {
    if (!node) return null;
    const source = sourceOf(node);
    if (source) return point(source);
    const shifted = (base, ticks, sign) => (base === null || ticks === null ? null : base.absolute ? base : { ago: base.ago - sign * ticks });
    switch (kindOf(node)) {
      case "DateTimeLiteralExpression":
        return node.LiteralValue === null ? null : { absolute: true };
      case "ParenthesizedExpression":
        return point(node.Expression);
      case "SubtractExpression":
        return shifted(point(node.Left), span(node.Right), -1n);
      case "AddExpression":
        return shifted(point(node.Left), span(node.Right), 1n) || shifted(point(node.Right), span(node.Left), 1n);
      default:
        return pointOfCall(node, shifted);
    }
  }

  function pointOfCall(node, shifted) {
    const name = functionName(node);
    const given = name ? argumentsOf(node) : [];
    if (name === "now") return given.length === 0 ? { ago: 0n } : shifted({ ago: 0n }, span(given[0]), 1n);
    if (name === "ago") return shifted({ ago: 0n }, span(given[0]), -1n);
    if (ROUNDING.has(name)) return point(given[0]);
    if (name === "datetime_add" && given.length === 3) {
      const unit = TICKS[String(given[0].ConstantValue).toLowerCase()];
      const amount = number(given[1]);
      return unit === undefined || amount === null ? null : shifted(point(given[2]), unit * BigInt(Math.round(amount)), 1n);
    }
    return null;
  }

  // `origin` says which table's column a name is bound to.
  const isEventTime = (node, origin) => {
    const kind = kindOf(node);
    if (kind === "ParenthesizedExpression") return isEventTime(node.Expression, origin);
    if (functionName(node) === "ingestion_time") return true;
    if (kind !== "NameReference" || !node.ReferencedSymbol) return false;
    const found = origin(node.ReferencedSymbol);
    return found !== null && found[1] === "TimeGenerated";
  };

  const LOWER = { GreaterThanExpression: true, GreaterThanOrEqualExpression: true };
  const UPPER = { LessThanExpression: true, LessThanOrEqualExpression: true };

  // [bound, point, expression] for each bound that one node puts on the event time.
  function boundsOf(node, origin) {
    const kind = kindOf(node);
    if (LOWER[kind] || UPPER[kind]) {
      const [lower, upper] = LOWER[kind] ? ["lower", "upper"] : ["upper", "lower"];
      if (isEventTime(node.Left, origin)) return [[lower, point(node.Right)]];
      if (isEventTime(node.Right, origin)) return [[upper, point(node.Left)]];
    } else if (kind === "BetweenExpression" && isEventTime(node.Left, origin)) {
      const first = point(node.Right.First);
      const length = span(node.Right.Second);
      const second = length !== null && first && !first.absolute ? { ago: first.ago - length } : point(node.Right.Second);
      return [["lower", first], ["upper", second]];
    } else if (kind === "SimpleNamedExpression" && node.Name && point(node.Expression)) {
      const name = node.Name.SimpleName;
      if (name === "starttime") return [["lower", point(node.Expression)]];
      if (name === "endtime") return [["upper", point(node.Expression)]];
    } else if (kind === "MakeSeriesOperator" && node.OnClause && isEventTime(node.OnClause.Expression, origin)) {
      const from = node.RangeClause && node.RangeClause.MakeSeriesFromClause;
      if (from) return [["lower", point(from.Expression)]];
    }
    return [];
  }

  // The place of the table scan that a condition filters, or null where it is not a plain filter.
  function filteredScan(node) {
    let current = node;
    while (current.Parent && ["AndExpression", "ParenthesizedExpression"].includes(kindOf(current.Parent))) current = current.Parent;
    if (!current.Parent || kindOf(current.Parent) !== "FilterOperator") return null;
    let expression = current.Parent.Parent && current.Parent.Parent.Expression;
    while (expression && ["PipeExpression", "ParenthesizedExpression"].includes(kindOf(expression))) expression = expression.Expression;
    if (!expression) return null;
    const symbol = expression.ReferencedSymbol;
    return symbol && symbolKindOf(symbol) === "Table" ? expression.TextStart : null;
  }

  // [bound, ticks before the run as text or null for a calendar date, start, end, scan].
  kqlBridge.timeFilters = (walk, origin) => {
    const found = [];
    walk((node, site) => {
      for (const [bound, at] of boundsOf(node, origin)) {
        if (!at) continue;
        const place = site || node;
        found.push([bound, at.absolute ? null : String(at.ago), place.TextStart, place.End, site ? null : filteredScan(node)]);
      }
    });
    return found;
  };
})();
