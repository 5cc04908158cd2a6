// Whether a tabular expression may have columns that nobody knows, and which construct is to blame.
//
// The service leaves every result open that has an open table anywhere below it. But a `project` or a
// `summarize` says exactly which columns there are, whatever it reads; and a lookup plugin, which the
// service takes for closed, passes its open input on.
"use strict";

(() => {
  const { array, calledBody, kindOf, refuse, symbolKindOf } = kqlBridge;

  // Names, calls and pipes on the way to a construct. What is behind more of them is not looked at, and
  // what was not looked at must not count as open: the query is refused instead.
  const DEEPEST = 200;
  const NAMES_ITS_COLUMNS =
    /^(Project|ProjectKeep|Summarize|Distinct|Count|MakeSeries|TopNested|TopHitters|GetSchema|ReduceBy|SampleDistinct)Operator$/;
  const PASSES_ITS_INPUT_ON =
    /^(Filter|Extend|Sort|Top|Take|Sample|Serialize|MvExpand|MvApply|Parse|ParseWhere|ParseKv|ProjectAway|ProjectRename|ProjectReorder|As|Render|Consume|Scan|AssertSchema|ExecuteAndCache)Operator$/;
  const LOOKUP_PLUGINS = new Set(["ipv4_lookup", "ipv6_lookup"]);

  const isTable = (node) => Boolean(node && node.ResultType && node.ResultType.Columns);
  const isOpen = (node) => isTable(node) && node.ResultType.IsOpen;
  const items = (list) => array(list).map((item) => item.Element$1);
  const firstArgument = (call) => items(call.ArgumentList && call.ArgumentList.Expressions)[0];

  function holdsStar(node) {
    let found = false;
    Kusto.Language.Syntax.SyntaxElement.WalkNodes(node, (current) => {
      if (["StarExpression", "WildcardedName", "WildcardedNameReference"].includes(kindOf(current))) found = true;
    });
    return found;
  }

  const joinKind = (operator) => {
    const parameter = array(operator.Parameters).find((item) => item.Name.SimpleName === "kind");
    return parameter ? String(parameter.Expression.ConstantValue ?? parameter.Expression.ToString(2)).toLowerCase() : "";
  };

  // The construct that leaves an expression open as {node, site}, or null where all columns are known.
  // `site` is the call in the query through whose function's body the construct was reached.
  function opener(node, site = null, depth = 0) {
    if (!node) return null;
    if (depth > DEEPEST) refuse(`what it reads lies behind more than ${DEEPEST} names, calls and pipes`);
    const next = (part) => opener(part, site, depth + 1);
    switch (kindOf(node)) {
      case "ParenthesizedExpression":
        return next(node.Expression);
      case "PipeExpression":
        return openerOfPipe(node, next);
      case "UnionOperator":
        return items(node.Expressions).map(next).find(Boolean) || null;
      case "SearchOperator":
        // Without `in (…)` it reads every table of the workspace, also those that nobody declared.
        return node.InClause && !isOpen(node) ? null : { node, site };
      case "NameReference":
        return openerOfName(node, site, next);
      case "FunctionCallExpression":
        return openerOfCall(node, site, depth);
      default:
        return isOpen(node) ? { node, site } : null;
    }
  }

  function openerOfPipe(node, next) {
    const { Expression: input, Operator: operator } = node;
    const kind = kindOf(operator);
    if (NAMES_ITS_COLUMNS.test(kind)) return holdsStar(operator) ? next(input) : null;
    if (PASSES_ITS_INPUT_ON.test(kind)) return next(input);
    if (kind === "JoinOperator" || kind === "LookupOperator") {
      const sides = joinKind(operator);
      const left = /^right(semi|anti)/.test(sides) ? null : next(input);
      return left || (/^(left(semi|anti)|anti)/.test(sides) ? null : next(operator.Expression));
    }
    if (kind === "UnionOperator") return next(input) || next(operator);
    if (kind === "InvokeOperator") return isOpen(node) ? next(operator.Function) || next(input) : null;
    if (kind === "EvaluateOperator" && LOOKUP_PLUGINS.has(operator.FunctionCall.Name.SimpleName)) {
      return next(input) || next(firstArgument(operator.FunctionCall));
    }
    return isOpen(operator) || isOpen(node) ? { node: operator, site: null } : null;
  }

  function openerOfName(node, site, next) {
    const symbol = node.ReferencedSymbol;
    // `union *` and patterns that match no declared table.
    if (!symbol && kindOf(node.Name) === "WildcardedName") return { node, site };
    if (symbol && symbolKindOf(symbol) === "Variable" && isTable(symbol.Source)) return next(symbol.Source);
    return isOpen(node) ? { node, site } : null;
  }

  function openerOfCall(node, site, depth) {
    if (node.Name.SimpleName === "materialize") return opener(firstArgument(node), site, depth + 1);
    const body = calledBody(node);
    if (body && isTable(body.Expression)) return opener(body.Expression, site || node, depth + 1);
    return isOpen(node) ? { node, site } : null;
  }

  Object.assign(kqlBridge, { opener });
})();
